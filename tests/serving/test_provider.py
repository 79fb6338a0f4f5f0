"""An identity provider that lies: each wrong token lets nobody in."""

import http.server
import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from signing import add
from starlette.testclient import TestClient

from lib.services.access import Role
from lib.services.errors import Store
from lib.serving.open_pages import OpenPages
from lib.serving.place import Place
from lib.serving.provider import ProviderDoor
from lib.settings import Provider

SECRET = "a secret of a test, long enough for HS256"  # pragma: allowlist secret
KEY, OTHER_KEY = (RSAKey.generate_key(2048, {"kid": "1", "use": "sig"}) for _ in range(2))


class Liar:
    """A provider that signs what it is told. claims and header are those of the next identity token."""

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {}
        self.header = {"alg": "RS256", "kid": "1"}
        self.key: Any = KEY
        self.algorithms = ["RS256", "HS256", "none"]
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def sign(self) -> str:
        if self.header["alg"] == "none":
            from base64 import urlsafe_b64encode

            parts = (json.dumps(part).encode() for part in (self.header, self.claims))
            return ".".join(urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + "."
        return jwt.encode(self.header, self.claims, self.key, algorithms=["RS256", "HS256"])

    def _handler(self) -> type[http.server.BaseHTTPRequestHandler]:
        liar = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                here = liar.address
                said = {
                    "issuer": here,
                    "authorization_endpoint": f"{here}/authorize",
                    "token_endpoint": f"{here}/token",
                    "jwks_uri": f"{here}/jwks",
                    "id_token_signing_alg_values_supported": liar.algorithms,
                }
                self.answer({"keys": [KEY.as_dict(private=False)]} if self.path == "/jwks" else said)

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self.answer({"access_token": "a", "token_type": "Bearer", "id_token": liar.sign()})

            def answer(self, said: object) -> None:
                body = json.dumps(said).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                pass

        return Handler


@pytest.fixture
def liar() -> Iterator[Liar]:
    liar = Liar()
    yield liar
    liar.server.shutdown()
    liar.server.server_close()


def _sign_with_secret(liar: Liar) -> None:
    liar.header = {"alg": "HS256"}
    liar.key = OctKey.import_key(SECRET)


# What is wrong with an identity token, done to a right one.
LIES: dict[str, Callable[[Liar], object]] = {
    "another issuer": lambda liar: liar.claims.update(iss="https://evil.example"),
    "for another application": lambda liar: liar.claims.update(aud="another"),
    "for several, of another": lambda liar: liar.claims.update(aud=["dashboard", "b"], azp="b"),
    "expired": lambda liar: liar.claims.update(exp=int(time.time()) - 120),
    "without an end": lambda liar: liar.claims.pop("exp"),
    "another sign-in's": lambda liar: liar.claims.update(nonce="another"),
    "of no sign-in": lambda liar: liar.claims.pop("nonce"),
    "of nobody": lambda liar: liar.claims.pop("sub"),
    "without an audience": lambda liar: liar.claims.pop("aud"),
    "an address that is not verified": lambda liar: liar.claims.update(email_verified=False),
    "signed with another key": lambda liar: setattr(liar, "key", OTHER_KEY),
    "not signed": lambda liar: setattr(liar, "header", {"alg": "none"}),
    "signed with the shared secret": _sign_with_secret,
}


def knock(liar: Liar, store: Store, lie: Callable[[Liar], object], state: str | None = None) -> Any:
    """The answer to somebody who comes back from the provider with a token, once it was lied about."""
    provider = Provider(
        f"{liar.address}/.well-known/openid-configuration",
        "dashboard",
        "a secret of a test, long enough for HS256",
        "it",
    )
    place = Place("http://localhost:8501")
    client = TestClient(
        OpenPages(store, place, ProviderDoor(provider)).app(), place.origin, follow_redirects=False
    )
    asked = parse_qs(urlsplit(client.get("/sign-in/provider?next=/caseload").headers["location"]).query)
    now = int(time.time())
    about = {"iss": liar.address, "aud": "dashboard", "sub": "1", "email": "ann@clinic.example"}
    liar.claims = {**about, "iat": now, "exp": now + 60, "nonce": asked["nonce"][0]}
    lie(liar)
    return client.get("/sign-in/provider/return", params={"code": "c", "state": state or asked["state"][0]})


@pytest.fixture
def store(tmp_path) -> Store:
    from clinic_files import new_store

    store = new_store(tmp_path)
    add(store, "ann", Role.PHYSICIAN)
    return store


def test_a_token_that_is_right_lets_in(liar, store):
    answer = knock(liar, store, lambda _: None)
    assert (answer.status_code, answer.headers["location"]) == (303, "/caseload")
    assert "session=" in answer.headers["set-cookie"]


@pytest.mark.parametrize("lie", LIES)
def test_a_token_that_is_wrong_lets_nobody_in(liar, store, lie):
    answer = knock(liar, store, LIES[lie])
    assert answer.status_code == 401 and "The identity provider did not sign you in." in answer.text
    assert " session=" not in f" {answer.headers.get('set-cookie', '')}"


def test_a_state_that_was_not_given_lets_nobody_in(liar, store):
    assert knock(liar, store, lambda _: None, state="another").status_code == 401
