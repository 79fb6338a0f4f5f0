"""x"""

import streamlit as st

from lib.ui import access

access.require("import_records")
st.title("import_records")
