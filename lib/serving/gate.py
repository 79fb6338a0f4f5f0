"""The gate in front of Streamlit: whoever is not signed in sees the sign-in page, and nothing else at all."""

import re
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from lib.services import signing_in
from lib.services.access import Actor, server_actor
from lib.services.errors import Store
from lib.serving.own_files import ASKING
from lib.serving.place import NO_PAGES, Place, own_address

# What the server says of a sign-in to Streamlit (server.trustedUserHeaders), and never takes from outside.
SESSION_HEADER = "x-signed-in-session"
# Names under which proxies and libraries hand on who somebody is: none is taken from outside either.
_IDENTITY = (
    "x-forwarded-user",
    "x-forwarded-email",
    "x-forwarded-preferred-username",
    "x-remote-user",
    "remote-user",
)
_REFUSED_HEADERS = {
    variant.encode() for name in (SESSION_HEADER, *_IDENTITY) for variant in (name, name.replace("-", "_"))
}
# Of the server itself, for whoever watches it and for whoever is not signed in yet.
OPEN_PATHS = frozenset(
    {
        *("/health", "/sign-in", "/sign-in/letters.woff2", "/sign-in/provider", "/sign-in/provider/return"),
        *("/sign-out", "/invitation"),
    }
)
# Ways into Streamlit that no page of ours needs: counters, other programs, a sign-in of its own. Nobody is let through to them.
_CLOSED = re.compile(r"/_stcore/(metrics|agent|script-health-check)(/|$)|/auth/|/oauth2callback(/|$)")


def cookie_name(place: Place) -> str:
    """With __Host-, a browser takes the cookie from this host alone, over TLS, for every path."""
    return "__Host-session" if place.is_secure else "session"


def read_cookie(headers: Headers, name: str) -> str:
    """The cookie's value, or nothing. One that is there twice is none: somebody planted one of them."""
    found = []
    for part in headers.get("cookie", "").split(";"):
        try:
            cookie = SimpleCookie(part)
        except CookieError:
            continue
        found += [cookie[name].value] if name in cookie else []
    return found[0] if len(found) == 1 else ""


class Gate:
    """open_app: what is there without a sign-in; app: what is behind it."""

    def __init__(self, app: ASGIApp, open_app: ASGIApp, store: Store, place: Place) -> None:
        self.app, self.open_app, self.store, self.place = app, open_app, store, place

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self.app(scope, receive, send)
        headers = Headers(scope=scope)
        path = scope["path"]
        if path == "/health":
            return await self.open_app(scope, receive, send)
        if not self._is_ours(scope, headers):
            return await _refuse(scope, receive, send, PlainTextResponse("Not this host.", 421))
        if scope["type"] == "http" and path in OPEN_PATHS:
            return await self.open_app(scope, receive, send)
        reader = await self._find_reader(headers)
        session = reader.session if reader else None
        if session is None or _CLOSED.match(path):
            answer = (
                _ask_to_sign_in(scope, headers) if session is None else PlainTextResponse("Not found.", 404)
            )
            return await _refuse(scope, receive, send, answer)
        stamp = signing_in.stamp_session(server_actor(), session)
        ASKING.set(stamp)
        kept = [(name, value) for name, value in scope["headers"] if name.lower() not in _REFUSED_HEADERS]
        scope = {**scope, "headers": [*kept, (SESSION_HEADER.encode(), stamp.encode())]}
        return await self.app(scope, receive, send)

    def _is_ours(self, scope: Scope, headers: Headers) -> bool:
        """Asked of our own host, and by a page of our own where something is changed or a websocket opened."""
        if headers.get("host", "").lower() != self.place.host.lower():
            return False
        changes = scope["type"] == "websocket" or scope["method"] not in ("GET", "HEAD")
        return not changes or headers.get("origin", "").lower() == self.place.origin.lower()

    async def _find_reader(self, headers: Headers) -> Actor | None:
        token = read_cookie(headers, cookie_name(self.place))
        if not token:
            return None
        return await run_in_threadpool(signing_in.find_sign_in, server_actor(), self.store, token)


def _ask_to_sign_in(scope: Scope, headers: Headers) -> Response:
    """For a person a page; for whatever else asks, an answer that it understands."""
    is_visit = (
        scope["type"] == "http" and scope["method"] == "GET" and "text/html" in headers.get("accept", "")
    )
    if not is_visit or scope["path"].startswith(NO_PAGES):
        return PlainTextResponse("Sign in first.", 401)
    query = scope["query_string"].decode("latin-1")
    wanted = own_address(scope["path"] + (f"?{query}" if query else ""))
    return RedirectResponse("/sign-in?" + urlencode({"next": wanted}) if wanted != "/" else "/sign-in", 303)


async def _refuse(scope: Scope, receive: Receive, send: Send, response: Response) -> None:
    if scope["type"] == "websocket":
        # Closed before it was accepted: the browser gets 403.
        await receive()
        await send({"type": "websocket.close", "code": 1008})
        return
    await response(scope, receive, send)
