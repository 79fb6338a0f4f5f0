"""What is there without a sign-in: signing in and out, taking up an invitation, and whether the server is well."""

import asyncio
import logging
import secrets
import time
from collections.abc import Mapping

import segno
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from lib.services import enrolling, signing_in
from lib.services.access import server_actor
from lib.services.errors import NotFoundError, Store, StoreError
from lib.serving import pages
from lib.serving.gate import cookie_name, read_cookie
from lib.serving.headers import streamlit_files
from lib.serving.place import Place, own_address
from lib.serving.provider import ProviderDoor, ProviderRefusedError

_SERVER = server_actor()
_LOG = logging.getLogger("lib.serving")
# A try takes 64 MiB and a tenth of a second of a processor, so that no crowd of them brings the server down.
_TRIES_AT_ONCE = 2
_MINUTES_AT_PROVIDER = 10


class OpenPages:
    """door: to the clinic's identity provider, or None where only local accounts sign in."""

    def __init__(self, store: Store, place: Place, door: ProviderDoor | None) -> None:
        self.store, self.place, self.door = store, place, door
        self.tries = asyncio.Semaphore(_TRIES_AT_ONCE)

    def app(self) -> Starlette:
        """As an application. What a sign-in at the provider needs to know on its way back travels in a cookie that is signed."""
        on_the_way = Middleware(
            SessionMiddleware,
            secret_key=secrets.token_hex(32),
            session_cookie="sign_in_on_the_way",
            max_age=_MINUTES_AT_PROVIDER * 60,
            path="/sign-in",
            same_site="lax",
            https_only=self.place.is_secure,
        )
        routes = [
            Route("/health", self.say_health),
            Route("/sign-in", self.show_sign_in),
            Route("/sign-in/letters.woff2", self.send_letters),
            Route("/sign-in", self.take_password, methods=["POST"]),
            Route("/sign-in/provider", self.go_to_provider),
            Route("/sign-in/provider/return", self.come_from_provider),
            Route("/sign-out", self.show_sign_out),
            Route("/sign-out", self.sign_out, methods=["POST"]),
            Route("/invitation", self.show_invitation),
            Route("/invitation", self.take_up_invitation, methods=["POST"]),
        ]
        return Starlette(routes=routes, middleware=[on_the_way])

    def say_health(self, request: Request) -> Response:
        """200 while the store answers. Says nothing else: anybody may ask."""
        try:
            signing_in.find_sign_in(_SERVER, self.store, "")
        except Exception as error:
            _LOG.error("The store does not answer: %s", type(error).__name__)
            return PlainTextResponse("not well", 503)
        return PlainTextResponse("ok")

    def send_letters(self, request: Request) -> Response:
        """The face of the screens, which Streamlit brings along."""
        return FileResponse(
            next((streamlit_files() / "static" / "media").glob("SourceSansVF-Upright*.woff2"))
        )

    def show_sign_in(self, request: Request) -> Response:
        return self._sign_in_page(own_address(request.query_params.get("next")))

    def _sign_in_page(self, wanted: str, **said: str) -> Response:
        return pages.sign_in_page(wanted, self.door.name if self.door else None, **said)

    async def take_password(self, request: Request) -> Response:
        form = await _read_form(request)
        wanted, email = own_address(form["next"]), form["email"]
        try:
            async with self.tries:
                signed_in = await run_in_threadpool(
                    signing_in.sign_in_by_password, _SERVER, self.store, email, form["password"], form["code"]
                )
        except signing_in.SignInRefusedError as error:
            return self._sign_in_page(wanted, problem=str(error), email=email)
        return await self._let_in(request, signed_in, wanted)

    async def go_to_provider(self, request: Request) -> Response:
        if self.door is None:
            return RedirectResponse("/sign-in", 303)
        request.session.clear()
        request.session["next"] = own_address(request.query_params.get("next"))
        try:
            return await self.door.send(request, f"{self.place.origin}/sign-in/provider/return")
        except ProviderRefusedError as error:
            return self._refuse_provider(error, "/")

    async def come_from_provider(self, request: Request) -> Response:
        if self.door is None:
            return RedirectResponse("/sign-in", 303)
        wanted = own_address(request.session.pop("next", None))
        try:
            subject, email = await self.door.receive(request)
            signed_in = await run_in_threadpool(
                signing_in.sign_in_by_provider, _SERVER, self.store, subject, email
            )
        except ProviderRefusedError as error:
            return self._refuse_provider(error, wanted)
        except signing_in.SignInRefusedError as error:
            return self._sign_in_page(wanted, problem=str(error))
        request.session.clear()
        return await self._let_in(request, signed_in, wanted)

    def _refuse_provider(self, error: ProviderRefusedError, wanted: str) -> Response:
        _LOG.warning("No sign-in through the provider: %s", error)
        problem = "The identity provider did not sign you in. Try again."
        return self._sign_in_page(wanted, problem=problem)

    async def _let_in(self, request: Request, signed_in: signing_in.SignedIn, wanted: str) -> Response:
        """On to where somebody wanted to go, with a new cookie; the one before it is worth nothing any more."""
        await self._end(request)
        answer = RedirectResponse(wanted, 303)
        seconds = max(signed_in.ends_at - int(time.time()), 0)
        answer.set_cookie(
            cookie_name(self.place),
            signed_in.token,
            max_age=seconds,
            path="/",
            secure=self.place.is_secure,
            httponly=True,
            samesite="lax",
        )
        return answer

    async def _end(self, request: Request) -> None:
        token = read_cookie(request.headers, cookie_name(self.place))
        if token:
            await run_in_threadpool(signing_in.end_sign_in, _SERVER, self.store, token)

    def show_sign_out(self, request: Request) -> Response:
        return pages.sign_out_page()

    async def sign_out(self, request: Request) -> Response:
        await self._end(request)
        answer = self._sign_in_page("/", note="You are signed out.")
        answer.delete_cookie(cookie_name(self.place), path="/", secure=self.place.is_secure, httponly=True)
        # Nothing of what was on the screen stays with the browser.
        answer.headers["Clear-Site-Data"] = '"cache", "storage"'
        return answer

    def show_invitation(self, request: Request) -> Response:
        return self._invitation_page(request.query_params.get("code", ""))

    def _invitation_page(self, code: str, problem: str = "") -> Response:
        try:
            found = enrolling.open_invitation(_SERVER, self.store, code)
        except NotFoundError as error:
            return pages.message_page("No invitation", str(error), 404)
        picture = segno.make(found.address).svg_inline(omitsize=True, dark="#000")
        return pages.invitation_page(found, code, picture, problem)

    async def take_up_invitation(self, request: Request) -> Response:
        form = await _read_form(request)
        code = form["invitation"]
        try:
            async with self.tries:
                await run_in_threadpool(
                    enrolling.take_up, _SERVER, self.store, code, form["password"], form["code"]
                )
        except StoreError as error:
            return await run_in_threadpool(self._invitation_page, code, str(error))
        return self._sign_in_page(
            "/", note="The account is set up. Sign in with the password and the next code."
        )


async def _read_form(request: Request) -> Mapping[str, str]:
    """The fields of our forms; what is missing, or is a file, is empty."""
    names = ("next", "email", "password", "code", "invitation")
    async with request.form(max_files=0, max_fields=10) as form:
        return {name: said if isinstance(said := form.get(name), str) else "" for name in names}
