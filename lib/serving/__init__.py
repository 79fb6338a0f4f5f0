"""The server for real patients: nothing of Streamlit is reached without a sign-in."""
