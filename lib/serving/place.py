"""Where the dashboard stands for browsers, and which addresses are its own."""

from dataclasses import dataclass
from urllib.parse import urlsplit

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
# What Streamlit serves that is no page.
NO_PAGES = ("/_stcore", "/media", "/static", "/component", "/auth", "/oauth2callback")
# Of an address to go on to; ours are far shorter.
LONGEST_ADDRESS = 2_000


class PlaceError(Exception):
    """A place at which no patient may be shown; the sentence says what to do."""


@dataclass(frozen=True)
class Place:
    """origin: scheme, host and port, as a browser says it, like https://dosing.clinic.example."""

    origin: str

    @property
    def is_secure(self) -> bool:
        return self.origin.startswith("https://")

    @property
    def host(self) -> str:
        """With the port, as the header Host has it."""
        return urlsplit(self.origin).netloc

    @property
    def host_name(self) -> str:
        return urlsplit(self.origin).hostname or ""


def find_place(public_url: str | None, address: str, port: int) -> Place:
    """Of PUBLIC_URL, or this machine alone. Raises PlaceError for what would carry a cookie over a network unencrypted."""
    if public_url is None:
        if address not in _LOOPBACK:
            raise PlaceError(
                f"At {address} others can reach the dashboard: say PUBLIC_URL=https://… , behind a proxy that speaks TLS."
            )
        return Place(f"http://localhost:{port}")
    said = urlsplit(public_url)
    is_here = said.scheme == "http" and said.hostname in _LOOPBACK
    if not said.netloc or said.path.strip("/") or not (said.scheme == "https" or is_here):
        raise PlaceError(
            "PUBLIC_URL is an address like https://dosing.clinic.example, with https and without a path."
        )
    return Place(f"{said.scheme}://{said.netloc}")


def own_address(said: str | None) -> str:
    """A path and query of ours to go on to after a sign-in; the first page for anything else, so that no link leads away."""
    text = said or "/"
    is_own = text.startswith("/") and text[1:2] not in ("/", "\\") and len(text) <= LONGEST_ADDRESS
    if not is_own or not text.isascii() or not text.isprintable() or "\\" in text:
        return "/"
    if urlsplit(text).path.startswith((*NO_PAGES, "/sign-", "/invitation", "/health")):
        return "/"
    return text
