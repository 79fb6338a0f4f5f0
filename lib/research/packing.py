"""A zip that is the same bytes whenever the same is packed: fixed order, fixed date, fixed rights, and a seal at its end."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Self
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from lib.research.seal import PLACEHOLDER, seal_file

# The first day that a zip can say.
_WHEN = (1980, 1, 1, 0, 0, 0)
# 0644: readable by all, writable by whoever unpacks it.
_RIGHTS = 0o644 << 16


@dataclass(frozen=True)
class Packed:
    """What was written under a name. n_rows: of a table, None for another file."""

    name: str
    sha256: str
    n_bytes: int
    n_rows: int | None = None


@dataclass
class Packing:
    """Files are added one after another; leaving the block with success seals the zip."""

    path: Path
    key: bytes
    files: list[Packed] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._zip = ZipFile(self.path, "w", ZIP_DEFLATED, compresslevel=6)
        self._zip.comment = PLACEHOLDER
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._zip.close()
        if kind is None:
            seal_file(self.path, self.key)
        else:
            self.path.unlink(missing_ok=True)

    def add(self, name: str, text: str | bytes) -> None:
        self._write(name, [text.encode() if isinstance(text, str) else text])

    def add_stream(self, name: str, parts: Iterable[bytes], n_rows: int) -> None:
        """A file of data, a block at a time."""
        self._write(name, parts, n_rows)

    def _write(self, name: str, parts: Iterable[bytes], n_rows: int | None = None) -> None:
        info = ZipInfo(name, _WHEN)
        info.compress_type, info.external_attr, info.create_system = ZIP_DEFLATED, _RIGHTS, 3
        digest, n_bytes = sha256(), 0
        # A table above 2 GiB needs the wider header, and its size is not known before it is written.
        with self._zip.open(info, "w", force_zip64=True) as file:
            for part in parts:
                file.write(part)
                digest.update(part)
                n_bytes += len(part)
        self.files.append(Packed(name, digest.hexdigest(), n_bytes, n_rows))
