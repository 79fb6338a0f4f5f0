"""The clinic's identity provider: OpenID Connect's code flow with PKCE, through Authlib."""

from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.starlette_client import OAuth
from httpx2 import HTTPError
from joserfc.errors import JoseError
from starlette.requests import Request
from starlette.responses import Response

from lib.settings import Provider

# Signed with the provider's private key: "none", and secrets that both sides know, are no signature here.
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
# By how many seconds the provider's clock may differ.
_LEEWAY = 60


class ProviderRefusedError(Exception):
    """The provider, or what it said, does not sign anybody in. The reason is for the log: it may name somebody."""


class ProviderDoor:
    """One provider, known by the document at its metadata_url."""

    def __init__(self, provider: Provider) -> None:
        self.name = provider.name
        self._client_id = provider.client_id
        self._client: Any = OAuth().register(
            "clinic",
            server_metadata_url=provider.metadata_url,
            client_id=provider.client_id,
            client_secret=provider.client_secret,
            client_kwargs={"scope": "openid profile email", "code_challenge_method": "S256", "timeout": 10},
        )

    async def send(self, request: Request, back_to: str) -> Response:
        """To the provider's page. It asks for the password each time: workstations are shared. Raises ProviderRefusedError."""
        try:
            answer: Response = await self._client.authorize_redirect(request, back_to, prompt="login")
        except (AuthlibBaseError, HTTPError, ValueError, RuntimeError) as error:
            raise ProviderRefusedError(type(error).__name__) from error
        return answer

    async def receive(self, request: Request) -> tuple[str, str]:
        """Who came back: issuer and subject in one text, and the e-mail address. State, nonce, signature, issuer, audience and
        expiry are checked. Raises ProviderRefusedError."""
        try:
            metadata = await self._client.load_server_metadata()
            offered = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
            metadata["id_token_signing_alg_values_supported"] = [one for one in offered if one in _ALGORITHMS]
            needed = {
                "iss": {"essential": True, "value": metadata["issuer"]},
                "aud": {"essential": True, "value": self._client_id},
                "sub": {"essential": True},
                "exp": {"essential": True},
                "nonce": {"essential": True},
            }
            token = await self._client.authorize_access_token(request, claims_options=needed, leeway=_LEEWAY)
            claims = token["userinfo"]
            if "email" not in claims:
                claims = {**await self._client.userinfo(token=token), **claims}
        except (
            AuthlibBaseError,
            JoseError,
            HTTPError,
            ValueError,
            KeyError,
            TypeError,
            RuntimeError,
        ) as error:
            raise ProviderRefusedError(type(error).__name__) from error
        if claims.get("email_verified") is False:
            raise ProviderRefusedError("the address is not verified")
        return f"{claims['iss']} {claims['sub']}", str(claims.get("email", ""))
