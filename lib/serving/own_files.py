"""Downloads, pictures and uploads of a page are for the sign-in that the page was drawn for, and for nobody else.

Streamlit names a file by a digest of what is in it, and gives it to whoever says that name; it takes an upload at any address of
a session. Here the name ends with a mark of the sign-in, so that one file of two people is two, and each is found by its own
reader only.
"""

import secrets
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from hmac import digest
from pathlib import Path, PurePosixPath
from typing import Any

from starlette.exceptions import HTTPException

# Of Streamlit's inside: tests/serving/test_own_files.py holds what is relied upon.
from streamlit.runtime import Runtime
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.media_file_storage import MediaFileKind, MediaFileStorageError
from streamlit.runtime.memory_media_file_storage import MemoryFile, MemoryMediaFileStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFileRec, UploadFileUrlInfo
from streamlit.starlette import App

from lib.services import signing_in
from lib.services.access import Actor, server_actor
from lib.services.errors import Store

# Who asks, as the gate says it, in whatever follows from one request or one websocket.
ASKING: ContextVar[str] = ContextVar("asking", default="")
_KEY = secrets.token_bytes(32)
_MARK_LENGTH = 64


def _reader() -> str:
    """Whose page is drawn, within a run of a script; else who asks."""
    run = get_script_run_ctx(suppress_warning=True)
    return str(run.user_info.get("session") or "") if run else ASKING.get()


def _mark(said: str) -> str:
    return digest(_KEY, f"{_reader()} {said}".encode(), "sha256").hex()


def _has_mark(name: str, of: str = "") -> bool:
    """Whether a name ends with the mark of whoever asks. of: what else was marked with it."""
    said = of + name[:-_MARK_LENGTH]
    return secrets.compare_digest(name[-_MARK_LENGTH:].encode(), _mark(said).encode())


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
        if not _has_mark(PurePosixPath(filename).stem):
            raise MediaFileStorageError("There is no such file.")
        return super().get_file(filename)


class _OwnFiles(MediaFileManager):
    def __init__(self, storage: _MarkedFiles, store: Store) -> None:
        super().__init__(storage)
        self._store = store

    def _find_reader(self, *, is_act: bool) -> Actor | None:
        return signing_in.find_reader(server_actor(), self._store, _reader(), is_act=is_act)

    def add_deferred(self, data_callable: Callable[[], Any], *args: Any, **named: Any) -> str:
        """A file that is made when its button is pressed is made for whoever got the button, as long as they may what they
        might then: a window stays open when a sign-in, an account or an emergency ends."""
        owner = self._find_reader(is_act=False)

        def make() -> Any:
            if owner is None or self._find_reader(is_act=True) != owner:
                raise PermissionError
            return data_callable()

        return super().add_deferred(make, *args, **named)


class _OwnUploads(MemoryUploadedFileManager):
    def get_upload_urls(self, session_id: str, file_names: Sequence[str]) -> list[UploadFileUrlInfo]:
        """Addresses at which whoever asks for them can put a file, and take it away."""
        plain = super().get_upload_urls(session_id, file_names)
        marks = [_mark(session_id + one.file_id) for one in plain]
        return [
            UploadFileUrlInfo(*(part + mark for part in one)) for one, mark in zip(plain, marks, strict=True)
        ]

    def add_file(self, session_id: str, file: UploadedFileRec) -> None:
        """Raises HTTPException at an address that was given to somebody else, as at one that was given to nobody."""
        _check_own(session_id, file.file_id)
        super().add_file(session_id, file)

    def remove_file(self, session_id: str, file_id: str) -> None:
        """Raises HTTPException as add_file does."""
        _check_own(session_id, file_id)
        super().remove_file(session_id, file_id)


def _check_own(session_id: str, file_id: str) -> None:
    if not _has_mark(file_id, of=session_id):
        raise HTTPException(404)


class Dashboard(App):
    """Streamlit's application, with files of their readers. store: whose sign-ins they are."""

    def __init__(self, script: Path, store: Store) -> None:
        super().__init__(script)
        self._store = store

    def _create_runtime(self) -> Runtime:
        runtime = super()._create_runtime()
        runtime._media_file_mgr = _OwnFiles(_MarkedFiles("/media"), self._store)
        # It is known to whatever makes sessions already: it becomes another kind where it is.
        runtime.uploaded_file_mgr.__class__ = _OwnUploads
        return runtime
