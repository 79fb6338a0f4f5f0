"""Downloads and pictures of a page are for the sign-in that the page was drawn for, and for nobody else.

Streamlit names a file by a digest of what is in it, and gives it to whoever says that name. Here the name ends with a mark of the
sign-in, so that one file of two people is two, and each is found by its own reader only.
"""

import secrets
from collections.abc import Callable
from contextvars import ContextVar
from hmac import digest
from pathlib import PurePosixPath
from typing import Any

# Of Streamlit's inside: tests/serving/test_own_files.py holds what is relied upon.
from streamlit.runtime import Runtime
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.media_file_storage import MediaFileKind, MediaFileStorageError
from streamlit.runtime.memory_media_file_storage import MemoryFile, MemoryMediaFileStorage
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.starlette import App

# Who asks, as the gate says it, in whatever follows from one request or one websocket.
ASKING: ContextVar[str] = ContextVar("asking", default="")
_KEY = secrets.token_bytes(32)
_MARK_LENGTH = 64


def _reader() -> str:
    """Whose page is drawn, within a run of a script; else who asks."""
    run = get_script_run_ctx(suppress_warning=True)
    return str(run.user_info.get("session") or "") if run else ASKING.get()


def _mark(digest_of_file: str) -> str:
    return digest(_KEY, f"{_reader()} {digest_of_file}".encode(), "sha256").hex()


class _MarkedFiles(MemoryMediaFileStorage):
    def load_and_get_id(
        self, path_or_data: str | bytes, mimetype: str, kind: MediaFileKind, filename: str | None = None
    ) -> str:
        plain = super().load_and_get_id(path_or_data, mimetype, kind, filename)
        marked = plain + _mark(plain)
        self._files_by_id[marked] = self._files_by_id.pop(plain)
        return marked

    def get_file(self, filename: str) -> MemoryFile:
        """Raises MediaFileStorageError for another one's file as for none."""
        name = PurePosixPath(filename).stem
        if not secrets.compare_digest(name[-_MARK_LENGTH:].encode(), _mark(name[:-_MARK_LENGTH]).encode()):
            raise MediaFileStorageError("There is no such file.")
        return super().get_file(filename)


class _OwnFiles(MediaFileManager):
    def add_deferred(self, data_callable: Callable[[], Any], *args: Any, **named: Any) -> str:
        """A file that is made when its button is pressed is made for whoever got the button."""
        owner = _reader()

        def make() -> Any:
            if _reader() != owner:
                raise PermissionError
            return data_callable()

        return super().add_deferred(make, *args, **named)


class Dashboard(App):
    """Streamlit's application, with files of their readers."""

    def _create_runtime(self) -> Runtime:
        runtime = super()._create_runtime()
        runtime._media_file_mgr = _OwnFiles(_MarkedFiles("/media"))
        return runtime
