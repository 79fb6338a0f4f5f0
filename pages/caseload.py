"""x"""

import streamlit as st

from lib.ui import access

access.require("caseload")
st.title("caseload")
