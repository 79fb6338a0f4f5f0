"""What no file of the product does, because patients would be seen by others or mixed up. As in test_architecture.py there is no
list of exceptions. What bandit and ruff see (`make check`) is not looked for here again."""

import ast
import re
from collections.abc import Iterator

import pytest
from source_files import Source
from test_architecture import complain, found_in

from lib.clinical.frames import KINDS

# What Streamlit draws as HTML, fetches from elsewhere, shows of an error, or keeps for everybody.
REFUSED_OF_STREAMLIT = {
    *("table", "write", "echo", "map", "pydeck_chart", "graphviz_chart", "iframe", "components", "exception"),
    *("cache_data", "login", "logout", "connection", "audio", "video", "logo"),
}
UNSAFE_WORDS = {"unsafe_allow_html", "unsafe_allow_javascript", "hash_funcs"}
# Elements whose text is markdown: a picture in it is fetched when the page is drawn, which tells its sender who looked, and when.
MARKDOWN = {
    *(
        "markdown",
        "caption",
        "title",
        "header",
        "subheader",
        "metric",
        "badge",
        "error",
        "warning",
        "info",
        "success",
    ),
    *(
        "toast",
        "checkbox",
        "radio",
        "selectbox",
        "multiselect",
        "text_input",
        "text_area",
        "number_input",
        "button",
    ),
    *("date_input", "time_input", "toggle", "expander", "popover", "tabs", "pills", "segmented_control"),
}
# Of a record, what somebody wrote.
WRITTEN = {
    column.name
    for kind in KINDS.values()
    for column in kind.columns
    if column.type == "text" and not column.choices
} | {"identity", "file_name"}
MADE_HARMLESS = {"escape", "len", "int", "isna", "notna"}
# Of a cached function, what differs from reader to reader and from state to state: part of the key, so without an underscore.
TELLS_APART = {"reader", "state", "reading"}
# What is typed or ticked into, on screens that write into one patient's records.
FILLED_IN = {
    *(
        "text_input",
        "text_area",
        "number_input",
        "date_input",
        "time_input",
        "checkbox",
        "radio",
        "selectbox",
    ),
    *("multiselect", "toggle", "segmented_control", "button", "data_editor", "file_uploader"),
}
OF_A_PATIENT = re.compile(
    r"lib/ui/(patient|entry|decision|closing|flag|session|dose_review|quality_pairs|quarantine_)"
)
READERS = {
    "read_csv",
    "read_table",
    "read_excel",
    "read_fwf",
    "read_json",
    "read_html",
    "read_xml",
    "read_sql",
    "read_sas",
}
SQL_CALLS = {"text", "execute", "exec_driver_sql", "executescript", "copy"}
# Statements that take no bound values.
OF_TABLES = re.compile(r"\s*(PRAGMA|CREATE|ALTER|DROP|GRANT|REVOKE|DO|COPY)\b")
QUOTED = {"_quote", "int"}


def calls_in(source: Source) -> Iterator[tuple[ast.Call, str]]:
    """Each call with the last part of what is called."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call):
            yield node, ast.unparse(node.func).rpartition(".")[2]


def said_of(source: Source, found: Iterator[tuple[ast.AST, str]]) -> list[str]:
    return [f"{source.path}:{node.lineno} {said}" for node, said in found]


def raw_drawings(source: Source) -> list[str]:
    """HTML that is not written out where it stands (but for the style sheet), and what of Streamlit is refused."""

    def found() -> Iterator[tuple[ast.AST, str]]:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.keyword) and node.arg in UNSAFE_WORDS:
                yield node.value, node.arg
            if (
                isinstance(node, ast.Attribute)
                and ast.unparse(node.value) == "st"
                and node.attr in REFUSED_OF_STREAMLIT
            ):
                yield node, f"st.{node.attr}"
        for call, name in calls_in(source):
            if (
                name == "html"
                and source.path != "lib/ui/style.py"
                and not isinstance(call.args[0], ast.Constant)
            ):
                yield call, "HTML that is made of something"
            if name == "LinkColumn":
                yield call, name

    return said_of(source, found())


def unescaped_words(source: Source) -> list[str]:
    """A field of a record that somebody wrote, as markdown."""
    return [
        f"{source.path}:{node.lineno} {ast.unparse(node)} in {name}"
        for call, name in calls_in(source)
        if name in MARKDOWN
        for argument in (
            *call.args,
            *(word.value for word in call.keywords if word.arg in ("label", "help", "body")),
        )
        for node in _shown(argument)
        if _field(node) in WRITTEN
    ]


def _shown(node: ast.AST) -> Iterator[ast.AST]:
    """What of an expression comes to be seen: not what a harmless function makes of it, nor what it is compared with."""
    if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in MADE_HARMLESS:
        return
    if isinstance(node, ast.Compare | ast.Lambda):
        return
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _shown(child)


def _field(node: ast.AST) -> str:
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return str(node.slice.value)
    # Every enumeration has a name and a value.
    return node.attr if isinstance(node, ast.Attribute) and node.attr not in ("name", "value") else ""


def shared_caches(source: Source) -> list[str]:
    """A cached function that is handed more than its key has, or asks a service, and whose key tells no readers apart."""
    services = {
        alias.asname or alias.name
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("lib.services")
        for alias in node.names
        if not (node.module or "").endswith((".errors", ".access"))
    }
    found = []
    for function in (node for node in ast.walk(source.tree) if isinstance(node, ast.FunctionDef)):
        if not any("cache_" in ast.unparse(one) for one in function.decorator_list):
            continue
        parameters = {argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)}
        asks = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)} & services
        is_of_the_store = {"url", "file_number"} <= parameters
        is_told_more = any(name.startswith("_") for name in parameters)
        if ((asks and not is_of_the_store) or is_told_more) and not parameters & TELLS_APART:
            found.append(f"{source.path}:{function.lineno} {function.name} is kept for everybody")
    return found


def keys_without_a_patient(source: Source) -> list[str]:
    """What is typed for one patient would still be there for the next one, and be saved as hers."""
    if not OF_A_PATIENT.match(source.path):
        return []
    keys = [
        (call, name, next((word.value for word in call.keywords if word.arg == "key"), None))
        for call, name in calls_in(source)
        if name in FILLED_IN and isinstance(call.func, ast.Attribute)
    ]
    return [
        f"{source.path}:{call.lineno} {name}: its key is the same for every patient"
        for call, name, key in keys
        if key is None or isinstance(key, ast.Constant)
    ]


def files_read_elsewhere(source: Source) -> list[str]:
    """A table read by pandas itself: it shifts columns, guesses types, and opens what is compressed."""
    return (
        []
        if source.path.startswith("lib/intake/")
        else said_of(
            source,
            (
                (call, name)
                for call, name in calls_in(source)
                if name in READERS and ast.unparse(call.func) == f"pd.{name}"
            ),
        )
    )


def values_in_sql(source: Source) -> list[str]:
    """SQL made of text, with something in it that came from outside the function; bound values and _quote are the ways in."""
    found: list[str] = []
    if not source.path.startswith("lib/store/"):  # Nobody else has SQL: test_architecture.py.
        return found
    for function in (node for node in ast.walk(source.tree) if isinstance(node, ast.FunctionDef)):
        handed = {argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)} - {"self"}
        for call in (node for node in ast.walk(function) if isinstance(node, ast.Call) and node.args):
            name, said = ast.unparse(call.func).rpartition(".")[2], call.args[0]
            if name not in SQL_CALLS or isinstance(said, ast.Constant | ast.Name):
                continue
            if isinstance(said, ast.JoinedStr) and OF_TABLES.match(_beginning(said)):
                continue
            if isinstance(said, ast.JoinedStr | ast.BinOp) or ast.unparse(said).endswith("format()"):
                used = {node.id for node in _outside(said, QUOTED) if isinstance(node, ast.Name)}
                found += [f"{source.path}:{call.lineno} {name}: {one}" for one in used & handed]
    return found


def _beginning(said: ast.JoinedStr) -> str:
    first = said.values[0]
    return str(first.value) if isinstance(first, ast.Constant) else ""


def _outside(node: ast.AST, calls: set[str]) -> Iterator[ast.AST]:
    if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in calls:
        return
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _outside(child, calls)


def words_printed(source: Source) -> list[str]:
    """Standard output is the answer of a command."""
    if source.path.startswith(("lib/commands/", "lib/serving/__main__.py")):
        return []
    return said_of(
        source,
        (
            (call, "print")
            for call, name in calls_in(source)
            if name == "print" and "file=sys.stderr" not in ast.unparse(call)
        ),
    )


def clocks_without_a_zone(source: Source) -> list[str]:
    """The hour of the server is nobody's: a form at 23:30 in Denver is of another day in London."""
    now = {
        "datetime.now",
        "dt.datetime.now",
        "date.today",
        "datetime.today",
        "datetime.utcnow",
        "pd.Timestamp.now",
    }
    return said_of(
        source,
        (
            (call, ast.unparse(call.func))
            for call, _ in calls_in(source)
            if ast.unparse(call.func) in now and not (call.args or call.keywords)
        ),
    )


RULES = (
    *(raw_drawings, unescaped_words, shared_caches, keys_without_a_patient),
    *(files_read_elsewhere, values_in_sql, words_printed, clocks_without_a_zone),
)
UI, STORE = "lib/ui/patient_page.py", "lib/store/x.py"
SEEN = [
    (raw_drawings, UI, "st.markdown(text, unsafe_allow_html=True)"),
    (raw_drawings, UI, "st.html(text, unsafe_allow_javascript=True)"),
    (raw_drawings, UI, "st.html(f'<b>{name}</b>')"),
    (raw_drawings, UI, "st.table(rows)"),
    (raw_drawings, UI, "st.map(rows)"),
    (raw_drawings, UI, "st.write(rows)"),
    (raw_drawings, UI, "@st.cache_data\ndef read(): ..."),
    (raw_drawings, UI, "@st.cache_resource(hash_funcs={Store: id})\ndef read(store): ..."),
    (raw_drawings, UI, "st.column_config.LinkColumn('Note')"),
    (unescaped_words, UI, "st.markdown(row['note'])"),
    (unescaped_words, UI, "st.caption(f'Note: {row.note}')"),
    (unescaped_words, UI, "box.error(f\"{row['term'] or 'nothing'}\", icon='x')"),
    (unescaped_words, UI, "st.checkbox(label=row['initials'].upper())"),
    (unescaped_words, UI, "st.metric('Patient', page.identity)"),
    (shared_caches, UI, "@st.cache_resource\ndef read(_store): ..."),
    (shared_caches, UI, "@st.cache_resource(max_entries=4)\ndef read(clinic, *, _read): return _read()"),
    (
        shared_caches,
        UI,
        "from lib.services import caseload\n@st.cache_resource\ndef read(day): return caseload.read(day)",
    ),
    (keys_without_a_patient, UI, "st.number_input('Dose', key='dose')"),
    (keys_without_a_patient, "lib/ui/entry_fields.py", "box.text_area('Note')"),
    (files_read_elsewhere, "lib/services/x.py", "pd.read_csv(path)"),
    (files_read_elsewhere, "lib/ui/x.py", "pd.read_excel(upload)"),
    (
        values_in_sql,
        STORE,
        "def f(connection, name): connection.execute(text(f'SELECT * FROM patient ORDER BY {name}'))",
    ),
    (values_in_sql, STORE, "def f(c, key): c.exec_driver_sql('DELETE FROM patient WHERE id = ' + key)"),
    (values_in_sql, STORE, "def f(c, row): c.execute(f\"UPDATE patient SET initials = '{row.initials}'\")"),
    (words_printed, "lib/services/x.py", "print(patient)"),
    (clocks_without_a_zone, "lib/services/x.py", "datetime.now()"),
    (clocks_without_a_zone, "lib/ui/x.py", "date.today()"),
]
NOT_SEEN = [
    (raw_drawings, UI, "st.html('<a href=\"/sign-in\">Sign in</a>')"),
    (raw_drawings, UI, "st.text(row['note'])"),
    (unescaped_words, UI, "st.markdown(f'**Note:** {escape(row[\"note\"])}')"),
    (unescaped_words, UI, "st.text(row['note'])"),
    (unescaped_words, UI, "st.caption('none' if row['note'] == '' else 'a note')"),
    (unescaped_words, UI, "st.metric(measure.name, len(row['note']))"),
    (shared_caches, UI, "@st.cache_resource\ndef read(reader, state, _read): return _read()"),
    (shared_caches, UI, "@st.cache_resource\ndef picture(): return b''"),
    (keys_without_a_patient, UI, "st.number_input('Dose', key=f'dose-{page.patient_key}')"),
    (keys_without_a_patient, "lib/ui/audit.py", "st.text_input('Who', key='audit-who')"),
    (files_read_elsewhere, "lib/intake/csv_grid.py", "pd.read_csv(text)"),
    (values_in_sql, STORE, "def f(c, key): c.execute(text('SELECT :key'), {'key': key})"),
    (values_in_sql, STORE, "def f(c, table): c.execute(f'DELETE FROM {_quote(table.name)}')"),
    (values_in_sql, STORE, "def f(c, name): c.execute(f'PRAGMA {name}')"),
    (words_printed, "lib/commands/x.py", "print(row)"),
    (clocks_without_a_zone, "lib/services/x.py", "datetime.now(UTC)"),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_no_file_does_it(rule):
    complain(found_in(rule))


@pytest.mark.parametrize(("rule", "path", "text"), SEEN)
def test_the_rule_sees(rule, path, text):
    assert rule(Source(path, text))


@pytest.mark.parametrize(("rule", "path", "text"), NOT_SEEN)
def test_the_rule_lets_pass(rule, path, text):
    assert rule(Source(path, text)) == []


def test_every_rule_has_an_example_of_each_kind():
    assert {rule for rule, *_ in SEEN} == {rule for rule, *_ in NOT_SEEN} == set(RULES)
