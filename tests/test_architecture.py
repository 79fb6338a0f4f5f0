"""The house as docs/architecture.md draws it: who may import whom, how large a file may be, and who guards the doors.

There is no list of exceptions, and none is to be added: what does not fit the rules is in the wrong room.
"""

import ast
import statistics
import sys
from pathlib import PurePosixPath

import pytest
from source_files import (
    ROOT,
    Source,
    functions_of,
    imported_names,
    is_within,
    length_of,
    python_sources,
    repository_files,
)

# What may be imported only in some places (paths from the root; a folder ends with a slash).
ONLY_IN = {
    "streamlit": ("dashboard.py", "pages/", "lib/ui/", "lib/serving/"),
    "plotly": ("lib/charts/",),
    "kaleido": ("lib/charts/",),
    "fpdf": ("lib/printing/",),
    "sqlalchemy": ("lib/store/",),
    "sqlcipher3": ("lib/store/",),
    "sqlite3": ("lib/store/",),
    "psycopg": ("lib/store/",),
    "alembic": ("lib/store/",),
    "pandas": ("lib/",),
    "numpy": ("lib/",),
    "scipy": ("lib/clinical/",),
    "statsmodels": ("lib/research/explore/",),
    "starlette": ("lib/serving/",),
    "uvicorn": ("lib/serving/",),
    "authlib": ("lib/serving/",),
    "segno": ("lib/serving/",),
    "argon2": ("lib/services/",),
    "pyotp": ("lib/services/",),
    "distributed": ("lib/services/",),
    "dask": (),
    "lib.store": ("lib/store/", "lib/services/"),
    "lib.services": ("lib/services/", "lib/ui/", "lib/commands/", "lib/serving/"),
    "lib.ui": ("lib/ui/", "dashboard.py", "pages/"),
    "os.environ": ("lib/settings.py",),
    "os.getenv": ("lib/settings.py",),
}
# Which floor each room is on. An import goes to a lower floor, or stays in its room.
FLOORS = {
    "lib.clinical": 1,
    "lib.settings": 1,
    "lib.faults": 1,
    "lib.store": 2,
    "lib.intake": 2,
    "lib.research": 2,
    "lib.charts": 2,
    "lib.printing": 2,
    "lib.demo": 2,
    "lib.services": 3,
    "lib.ui": 4,
    "lib.commands": 4,
    "lib.serving": 4,
    "lib.__main__": 5,
    "dashboard": 5,
    "pages": 5,
}
# What the gate's room knows of Streamlit; whose a file is, is said where Streamlit keeps it.
SERVING_KNOWS = {"streamlit.starlette", "streamlit.config"}
WHERE_FILES_ARE_KEPT = {"streamlit.runtime"}
# Rooms that are told what day it is, and never ask.
WITHOUT_A_CLOCK = (
    *("lib/clinical/", "lib/charts/", "lib/printing/"),
    *("lib/research/", "lib/intake/", "lib/demo/"),
)
TOP_LEVEL = {
    *("dashboard.py", "pages", "data", "lib", "tests", "docs", ".streamlit", ".ci"),
    *("README.md", "CHANGELOG.md", "LICENSE", "Makefile", "pyproject.toml", ".gitignore"),
    *("Containerfile", ".dockerignore", "deploy"),
    *("requirements.txt", "requirements.in", "requirements-dev.txt", "requirements-dev.in"),
    *("requirements-cluster.txt", "requirements-cluster.in"),
}
SAYS_NOTHING = {"utils", "util", "helpers", "helper", "common", "core", "manager", "managers", "base", "misc"}


def is_in(path: str, places: tuple[str, ...]) -> bool:
    return any(path.startswith(place) if place.endswith("/") else path == place for place in places)


def misplaced_imports(source: Source) -> list[str]:
    used = [*imported_names(source), *attributes_of_os(source)]
    found = [
        f"{source.path}:{line} {name}: {package} only in {', '.join(places)}"
        for line, name in used
        for package, places in ONLY_IN.items()
        if is_within(name, package) and not is_in(source.path, places)
    ]
    if source.path.startswith("lib/serving/"):
        known = SERVING_KNOWS | (WHERE_FILES_ARE_KEPT if source.path == "lib/serving/own_files.py" else set())
        found += [
            f"{source.path}:{line} {name}: of streamlit, lib/serving knows {', '.join(sorted(known))}"
            for line, name in used
            if is_within(name, "streamlit") and not any(is_within(name, one) for one in known)
        ]
    return found


def attributes_of_os(source: Source) -> list[tuple[int, str]]:
    return [
        (node.lineno, f"os.{node.attr}")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "os"
    ]


def room_of(name: str) -> str | None:
    return next((room for room in FLOORS if is_within(name, room)), None)


def climbing_imports(source: Source) -> list[str]:
    own = room_of(source.module)
    rooms = [(line, name, room_of(name)) for line, name in imported_names(source)]
    return [
        f"{source.path}:{line} {name}: floor {FLOORS[own]} imports floor {FLOORS[room]}"
        for line, name, room in rooms
        if own and room and room != own and FLOORS[room] >= FLOORS[own]
    ]


def foreign_imports_of_clinical(source: Source) -> list[str]:
    """scipy.special is a table of functions, imported in 0.1 s; scipy.stats takes 0.7 s."""
    allowed = {"numpy", "pandas"} | sys.stdlib_module_names
    return [
        f"{source.path}:{line} {name}"
        for line, name in imported_names(source)
        if name.partition(".")[0] not in allowed
        and not is_within(name, "lib.clinical")
        and not is_within(name, "scipy.special")
    ]


def file_accesses(source: Source) -> list[str]:
    modules = ("os", "io", "pathlib", "shutil", "tempfile", "glob", "socket", "subprocess", "urllib", "http")
    imported = [
        f"{source.path}:{line} imports {name}"
        for line, name in imported_names(source)
        if any(is_within(name, module) for module in modules)
    ]
    opened = [
        f"{source.path}:{node.lineno} calls open"
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "open"
    ]
    return imported + opened


def clock_readings(source: Source) -> list[str]:
    """Calls of now(), today() and their like, the words that ask the same of NumPy and pandas, and the module time."""
    asking = {"now", "today", "utcnow", "localtime", "gmtime", "time_ns"}
    found = [(line, f"imports {name}") for line, name in imported_names(source) if is_within(name, "time")]
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call):
            attribute = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            says_now = any(
                isinstance(one, ast.Constant) and one.value in ("now", "today") for one in node.args
            )
            if attribute in asking or (says_now and attribute in ("datetime64", "Timestamp", "to_datetime")):
                found.append((node.lineno, f"calls {ast.unparse(node.func)}"))
    return [f"{source.path}:{line} {what}" for line, what in found]


def intruders(source: Source) -> list[str]:
    """Imports of a module whose name begins with an underscore from outside its package."""
    found = []
    for line, name in imported_names(source):
        parts = name.split(".")
        private = next((at for at, part in enumerate(parts) if part[:1] == "_" and part[:2] != "__"), None)
        if parts[0] == "lib" and private and not is_within(source.module, ".".join(parts[:private])):
            found.append(f"{source.path}:{line} {name}")
    return found


def unguarded(source: Source) -> list[str]:
    """A page whose first statement is not its guard."""
    page = PurePosixPath(source.path).stem
    is_imported = any(name == "lib.ui.access" for _, name in imported_names(source))
    first = next((node for node in source.tree.body if not _is_preamble(node)), None)
    is_guard = first is not None and ast.unparse(first) == f"access.require({page!r})"
    if is_imported and is_guard:
        return []
    return [f'{source.path}: the first statement is not access.require("{page}") of lib.ui.access']


def _is_preamble(node: ast.stmt) -> bool:
    is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return is_docstring or isinstance(node, ast.Import | ast.ImportFrom)


def services_without_permission(source: Source) -> list[str]:
    """Public functions of a service that do not take an actor first, or name no permission."""
    functions = [
        node for node in source.tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    if any(function.name == "permitted" for function in functions):
        return []  # The module that defines what a permission is.
    found = []
    for function in functions:
        if function.name.startswith("_"):
            continue
        first = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)][:1]
        if first != ["actor"]:
            found.append(f"{source.path}:{function.lineno} {function.name}: its first parameter is not actor")
        decorators = [ast.unparse(one).partition("(")[0] for one in function.decorator_list]
        if not any(name.rpartition(".")[2] == "permitted" for name in decorators):
            found.append(f"{source.path}:{function.lineno} {function.name}: names no permission")
    return found


def readers_asked_late(source: Source) -> list[str]:
    """Files that are made when their button is pressed, outside of a run of the page, where nobody is known: whose they are is
    said when the button is drawn."""
    tree, names = source.tree, set()
    lambdas: list[ast.AST] = []
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if not ast.unparse(call.func).endswith(("download_button", "show_download")):
            continue
        for said in [*call.args, *(word.value for word in call.keywords)]:
            lambdas += [said] if isinstance(said, ast.Lambda) else []
            is_partial = isinstance(said, ast.Call) and ast.unparse(said.func) == "partial"
            names.add(ast.unparse(said.args[0] if is_partial else said))  # type: ignore[attr-defined]
    made_late = [*lambdas, *(function for function in functions_of(tree) if function.name in names)]
    asks = {"access.actor", "access.store", "ask"}
    return [
        f"{source.path}:{node.lineno} {ast.unparse(node.func)}: nobody is known when a file is made"
        for late in made_late
        for node in ast.walk(late)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in asks
    ]


def complain(found: list[str]) -> None:
    assert not found, "\n" + "\n".join(found)


def found_in(check, *folders: str) -> list[str]:
    """What a check finds in the product's files, or in those of some folders."""
    sources = [source for source in python_sources() if not folders or is_in(source.path, folders)]
    return [line for source in sources for line in check(source)]


# Every rule, held against the files as they are.


def test_every_import_is_where_it_may_be():
    complain(found_in(misplaced_imports))


def test_arrows_run_down_only():
    complain(found_in(climbing_imports))


def test_every_file_belongs_to_a_room():
    complain(
        [source.path for source in python_sources() if source.module != "lib" and not room_of(source.module)]
    )


def test_clinical_imports_numpy_pandas_special_functions_and_itself():
    complain(found_in(foreign_imports_of_clinical, "lib/clinical/"))


def test_clinical_reads_no_file():
    complain(found_in(file_accesses, "lib/clinical/"))


def test_nobody_below_the_services_asks_what_day_it_is():
    complain(found_in(clock_readings, *WITHOUT_A_CLOCK))


def test_whose_a_download_is_is_known_when_its_button_is_drawn():
    complain(found_in(readers_asked_late, "lib/ui/"))


def test_modules_with_an_underscore_stay_in_their_package():
    complain(found_in(intruders))


def test_every_page_begins_with_its_guard():
    complain(found_in(unguarded, "pages/"))


def test_every_service_takes_an_actor_and_names_a_permission():
    public = [
        source
        for source in python_sources()
        if source.path.startswith("lib/services/") and not PurePosixPath(source.path).name.startswith("_")
    ]
    complain([line for source in public for line in services_without_permission(source)])


def test_packages_have_at_least_two_modules():
    paths = [PurePosixPath(source.path) for source in python_sources()]
    thin = []
    for package in (
        path.parent for path in paths if path.name == "__init__.py" and path.parent.name != "lib"
    ):
        inside = {path.relative_to(package).parts[0] for path in paths if package in path.parents}
        if len(inside - {"__init__.py"}) < 2:
            thin.append(str(package))
    complain(thin)


def test_names_say_what_is_inside():
    parts = {
        part: path
        for path in repository_files()
        if path.endswith(".py")
        for part in PurePosixPath(path).with_suffix("").parts
    }
    assert {part: path for part, path in parts.items() if part.strip("_") in SAYS_NOTHING} == {}


def test_the_top_level_is_the_given_one():
    assert {path.partition("/")[0] for path in repository_files()} - TOP_LEVEL == set()


def test_data_holds_files_and_never_code():
    assert [source.path for source in python_sources() if source.path.startswith("data/")] == []


def test_no_file_is_longer_than_200_lines_and_no_page_than_90():
    complain(
        [
            f"{source.path}: {source.n_lines} lines"
            for source in python_sources()
            if source.n_lines > (90 if source.path.startswith("pages/") else 200)
        ]
    )


def test_no_function_is_longer_than_40_lines():
    complain(
        [
            f"{source.path}:{function.lineno} {function.name}: {length_of(function)} lines"
            for source in python_sources()
            for function in functions_of(source.tree)
            if length_of(function) > 40
        ]
    )


def test_the_median_function_has_at_most_12_lines():
    lengths = [length_of(function) for source in python_sources() for function in functions_of(source.tree)]
    assert statistics.median(lengths) <= 12


def test_no_file_names_a_registry_or_a_machine():
    # Written in parts, so that this file does not name them either.
    parts = [
        ("python", "hosted"),
        ("pypi", ".org"),
        ("registry", ".npm"),
        ("deb", ".debian"),
        ("/wo", "rk/"),
        ("/ro", "ot/"),
    ]
    found = [
        f"{path}: {word}"
        for path in repository_files()
        for word in map("".join, parts)
        if word.encode() in (ROOT / path).read_bytes()
    ]
    complain(found)


# The rules themselves: that each sees what it is there for.

SEEN = [
    (misplaced_imports, "pages/patient.py", "import pandas as pd"),
    (misplaced_imports, "pages/patient.py", "from lib.services import caseload"),
    (misplaced_imports, "lib/ui/caseload.py", "from lib import store"),
    (misplaced_imports, "lib/ui/caseload.py", "def f():\n    import sqlalchemy.orm"),
    (misplaced_imports, "lib/intake/x.py", "import sqlite3"),
    (misplaced_imports, "lib/charts/x.py", "import streamlit as st"),
    (misplaced_imports, "lib/services/x.py", "import plotly.graph_objects as go"),
    (misplaced_imports, "lib/services/x.py", "from ..ui import access"),
    (misplaced_imports, "lib/services/x.py", "import os\nos.environ.get('A')"),
    (misplaced_imports, "lib/services/x.py", "from os import getenv"),
    (misplaced_imports, "lib/commands/x.py", "import importlib\nimportlib.import_module('lib.store.tables')"),
    (
        misplaced_imports,
        "lib/commands/x.py",
        "from importlib import import_module\nimport_module(f'lib.ui.{x}')",
    ),
    (misplaced_imports, "lib/serving/app.py", "import streamlit as st"),
    (misplaced_imports, "lib/serving/app.py", "from streamlit.runtime import exists"),
    (misplaced_imports, "lib/serving/own_files.py", "import streamlit as st"),
    (climbing_imports, "lib/clinical/x.py", "from lib import settings"),
    (climbing_imports, "lib/intake/x.py", "from lib.charts import theme"),
    (climbing_imports, "lib/services/x.py", "from lib.commands import status"),
    (climbing_imports, "lib/commands/x.py", "from lib.ui import access"),
    (climbing_imports, "lib/ui/x.py", "import dashboard"),
    (foreign_imports_of_clinical, "lib/clinical/x.py", "import scipy.stats"),
    (file_accesses, "lib/clinical/x.py", "open('a')"),
    (file_accesses, "lib/clinical/x.py", "from pathlib import Path"),
    (clock_readings, "lib/charts/x.py", "from datetime import date\ndate.today()"),
    (clock_readings, "lib/charts/x.py", "import pandas as pd\npd.Timestamp('now')"),
    (clock_readings, "lib/charts/x.py", "from time import time"),
    (intruders, "lib/commands/x.py", "from lib.services import _clock"),
    (intruders, "lib/commands/x.py", "from lib.services._clock import now"),
    (readers_asked_late, "lib/ui/x.py", "st.download_button('A', data=lambda: read(access.actor()))"),
    (readers_asked_late, "lib/ui/x.py", "show_download('A', f)\ndef f(): return ask(read)"),
    (
        readers_asked_late,
        "lib/ui/x.py",
        "st.download_button('A', data=partial(f, 1))\ndef f(n): return access.store()",
    ),
    (unguarded, "pages/patient.py", "from lib.ui import access\naccess.require('caseload')"),
    (unguarded, "pages/patient.py", "import streamlit as st\nst.title('Patient')\naccess.require('patient')"),
    (unguarded, "pages/patient.py", "from other import access\naccess.require('patient')"),
    (unguarded, "pages/patient.py", ""),
    (
        services_without_permission,
        "lib/services/x.py",
        "@permitted(Permission.A)\ndef read(store, actor): ...",
    ),
    (services_without_permission, "lib/services/x.py", "def read(actor): ..."),
]
NOT_SEEN = [
    (misplaced_imports, "lib/serving/app.py", "from streamlit.starlette import App"),
    (misplaced_imports, "lib/serving/own_files.py", "from streamlit.runtime import Runtime"),
    (misplaced_imports, "lib/store/x.py", "import sqlcipher3.dbapi2 as sqlite"),
    (misplaced_imports, "pages/patient.py", "import streamlit as st\nfrom lib.ui import access"),
    (misplaced_imports, "lib/settings.py", "import os\nos.environ.get('A')"),
    (climbing_imports, "lib/services/x.py", "from lib.store import tables\nfrom lib.services import access"),
    (climbing_imports, "lib/demo/x.py", "from lib.clinical.frames import KINDS\nfrom . import chance"),
    (foreign_imports_of_clinical, "lib/clinical/x.py", "import numpy as np\nfrom lib.clinical import frames"),
    (foreign_imports_of_clinical, "lib/clinical/x.py", "from scipy.special import betainc"),
    (clock_readings, "lib/charts/x.py", "from datetime import time\naxis.today"),
    (intruders, "lib/services/x.py", "from lib.services._clock import now\nfrom lib import __main__"),
    (
        readers_asked_late,
        "lib/ui/x.py",
        "st.download_button('A', data=partial(f, access.actor()))\ndef f(a): ...",
    ),
    (unguarded, "pages/patient.py", '"""Doc."""\nfrom lib.ui import access\n\naccess.require("patient")\n'),
    (
        services_without_permission,
        "lib/services/x.py",
        "@permitted(A.B)\ndef read(actor, store): ...\ndef _f(): ...",
    ),
    (services_without_permission, "lib/services/access.py", "def permitted(permission): ..."),
]


@pytest.mark.parametrize(("check", "path", "text"), SEEN)
def test_the_check_sees(check, path, text):
    assert check(Source(path, text))


@pytest.mark.parametrize(("check", "path", "text"), NOT_SEEN)
def test_the_check_lets_pass(check, path, text):
    assert check(Source(path, text)) == []
