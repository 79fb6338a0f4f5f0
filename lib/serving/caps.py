"""How much one request may bring."""

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# An upload has at most 20 MB (.streamlit/config.toml, server.maxUploadSize), and what a form adds around it.
UPLOAD_BYTES = 21 * 1024 * 1024
# A form of ours has five short fields.
BODY_BYTES = 64 * 1024
ADDRESS_BYTES = 8 * 1024
_UPLOADS = "/_stcore/upload_file/"


class _TooLargeError(Exception):
    pass


class RequestCaps:
    """Refuses a request that is larger, by what it says of itself and by what it sends."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":  # Messages of a websocket have a cap of their own, uvicorn's.
            return await self.app(scope, receive, send)
        if len(scope["raw_path"]) + len(scope["query_string"]) > ADDRESS_BYTES:
            return await _refuse(414, scope, receive, send)
        most = UPLOAD_BYTES if scope["path"].startswith(_UPLOADS) else BODY_BYTES
        said = dict(scope["headers"]).get(b"content-length", b"0")
        if not said.isdigit() or int(said) > most:
            return await _refuse(413, scope, receive, send)
        n_bytes, has_begun = 0, False

        async def receive_so_much() -> Message:
            nonlocal n_bytes
            message = await receive()
            n_bytes += len(message.get("body", b""))
            if n_bytes > most:
                raise _TooLargeError
            return message

        async def send_noting(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self.app(scope, receive_so_much, send_noting)
        except _TooLargeError:
            if not has_begun:
                await _refuse(413, scope, receive, send)


async def _refuse(status: int, scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("The request is too large.", status)(scope, receive, send)
