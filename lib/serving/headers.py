"""Headers that every answer carries: what a page may load, and what a browser may keep."""

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config

from lib.serving.place import Place

_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def streamlit_files() -> Path:
    """The folder of Streamlit's page and of what it loads."""
    return Path(config.__file__).parent / "static"


def content_policy(place: Place) -> str:
    """What a page may load: from here alone, and of scripts in a page's text only those that Streamlit's own page has. Styles
    in its text are how Streamlit draws."""
    index = (streamlit_files() / "index.html").read_text("utf-8")
    digests = (sha256(script.encode()).digest() for script in _INLINE.findall(index))
    scripts = " ".join(f"'sha256-{b64encode(digest).decode()}'" for digest in digests)
    socket = place.origin.replace("http", "ws", 1)
    rules = (
        "default-src 'self'",
        f"script-src 'self' {scripts}",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        f"connect-src 'self' {socket}",
        "worker-src 'self' blob:",
        *("frame-src 'none'", "object-src 'none'", "base-uri 'self'", "form-action 'self'"),
        "frame-ancestors 'none'",
    )
    return "; ".join(rules)


class SecurityHeaders:
    """Sets them on every answer of the application that it surrounds."""

    def __init__(self, app: ASGIApp, place: Place, policy: str) -> None:
        self.app = app
        self.always = {
            "Content-Security-Policy": policy,
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            # Nothing to others; our own forms need their origin said, which "no-referrer" would leave out.
            "Referrer-Policy": "same-origin",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
        }
        if place.is_secure:
            self.always["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_asset = scope["type"] == "http" and scope["path"].startswith(("/static/", "/sign-in/letters"))

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.always.items():
                    headers[name] = value
                # Streamlit's own files have their digest in their name; all else is of somebody who is signed in.
                if not is_asset or message["status"] != 200:
                    headers["Cache-Control"] = "no-store"
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)
