"""The repository's own files as data: which there are, what each imports, and how long its functions are."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[1]
# A checkout may belong to somebody else than who runs the tests.
_GIT = ("git", "-c", "safe.directory=*", "-C", str(ROOT))


@dataclass(frozen=True)
class Source:
    """One Python file: its path from the root, with slashes, and what it says."""

    path: str
    text: str

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    @property
    def module(self) -> str:
        parts = PurePosixPath(self.path).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @property
    def n_lines(self) -> int:
        return len(self.text.splitlines())


@cache
def repository_files() -> tuple[str, ...]:
    """Every file that git knows or would take: not what .gitignore names."""
    listed = subprocess.run(
        [*_GIT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        check=True,
        capture_output=True,
    ).stdout.decode()
    return tuple(sorted(path for path in set(listed.split("\0")) if path and (ROOT / path).is_file()))


@cache
def python_sources() -> tuple[Source, ...]:
    """Every Python file of the product: all but the tests."""
    paths = [path for path in repository_files() if path.endswith(".py") and not path.startswith("tests/")]
    return tuple(Source(path, (ROOT / path).read_text("utf-8")) for path in paths)


def functions_of(tree: ast.AST) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Functions and methods, nested ones too."""
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def length_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the last one, docstring included."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def imported_names(source: Source) -> list[tuple[int, str]]:
    """(line, full dotted name) of everything imported anywhere in a file, by a call with a name in quotes too.

    `from a import b` gives `a.b`, whatever b is; a name that is put together at run time gives the part that is written.
    """
    found: list[tuple[int, str]] = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = _base_of(source, node)
            found += [(node.lineno, f"{base}.{alias.name}") for alias in node.names]
        elif isinstance(node, ast.Call):
            found += [(node.lineno, name) for name in _imported_by_call(node)]
    return found


def _base_of(source: Source, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    parts = PurePosixPath(source.path).parts[: -node.level]
    return ".".join([*parts, *([node.module] if node.module else [])])


def _imported_by_call(call: ast.Call) -> Iterator[str]:
    name = ast.unparse(call.func).rpartition(".")[2]
    if name not in ("import_module", "__import__") or not call.args:
        return
    argument = call.args[0]
    written = argument.values[0] if isinstance(argument, ast.JoinedStr) else argument
    if isinstance(written, ast.Constant) and isinstance(written.value, str):
        yield written.value.rstrip(".")


def is_within(name: str, package: str) -> bool:
    """Whether a dotted name is this package, or something in it."""
    return name == package or name.startswith(package + ".")
