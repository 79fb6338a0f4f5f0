"""What pages are made of: who looks, cached reading, controls and display. The only room of lib that knows Streamlit."""
