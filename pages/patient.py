"""x"""

import streamlit as st

from lib.ui import access

access.require("patient")
st.title("patient")
