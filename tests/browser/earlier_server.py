"""Streamlit's own server of the dashboard, whose clock stands some days back: what is done there was done then."""

import sys
from datetime import timedelta

from streamlit.web import cli

from lib.services import _clock


def serve(days_back: int, arguments: list[str]) -> None:
    real_now = _clock.now
    _clock.now = lambda: real_now() - timedelta(days=days_back)
    cli.main(["run", "dashboard.py", *arguments])


if __name__ == "__main__":
    serve(int(sys.argv[1]), sys.argv[2:])
