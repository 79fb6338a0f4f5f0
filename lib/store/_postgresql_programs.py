"""PostgreSQL's own programs for copies: pg_dump and pg_restore. The password is told to them where no list of processes shows
it, and they never ask for one."""

import shutil
import subprocess
from pathlib import Path

from sqlalchemy import URL, Connection, create_engine, inspect, text

from lib import settings
from lib.store._failures import StoreError
from lib.store._postgresql import APP_ROLE, RESEARCH_ROLE

# Where Debian and Red Hat put them, the newest last.
_PLACES = ("/usr/lib/postgresql", "/usr/pgsql-*")


def dump(url: URL, snapshot: str, path: Path) -> None:
    """All tables, as a transaction sees them that has named its snapshot. Raises StoreError."""
    _run("pg_dump", url, "--format=custom", f"--snapshot={snapshot}", f"--file={path}")


def load(url: URL, path: Path) -> None:
    """Into an empty database, all or nothing. Raises StoreError."""
    engine = create_engine(url, hide_parameters=True)
    with engine.begin() as connection:
        make_roles(connection)
    engine.dispose()
    _run("pg_restore", url, "--no-owner", "--exit-on-error", "--single-transaction", str(path))


def make_roles(connection: Connection) -> None:
    """A dump has rights of the application's roles (migrations 0017 and 0020), and not the roles: they are the server's. Whoever
    restores can take them on: without that there would be no wall."""
    for role in (APP_ROLE, RESEARCH_ROLE):
        connection.execute(
            text(
                f"DO $$ BEGIN CREATE ROLE {role} NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
            )
        )
    for role, to in ((RESEARCH_ROLE, f"'{APP_ROLE}'"), (APP_ROLE, "current_user")):
        connection.execute(
            text(
                f"DO $$ BEGIN IF NOT pg_has_role({to}, '{role}', 'MEMBER') THEN "
                f"EXECUTE 'GRANT {role} TO ' || quote_ident({to}); END IF; EXCEPTION WHEN unique_violation THEN NULL; END $$"
            )
        )


def empty(connection: Connection) -> None:
    """Take away every table, and what was made for them."""
    for name in inspect(connection).get_table_names():
        connection.execute(text(f'DROP TABLE "{name}" CASCADE'))
    connection.execute(text("DROP FUNCTION IF EXISTS clinics_in_sight()"))


def _run(program: str, url: URL, *words: str) -> None:
    asked = dict(url.query)
    password = url.password or asked.pop("password", "")
    # Without the password: whoever lists processes reads this.
    plain = URL.create("postgresql", url.username, None, url.host, url.port, url.database, asked)
    done = subprocess.run(  # nosec B603
        [_find(program), "--no-password", f"--dbname={plain.render_as_string()}", *words],
        env=settings.surroundings(PGPASSWORD=str(password), PGCONNECT_TIMEOUT="10", LC_ALL="C"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise StoreError(f"{program} could not finish: {_first_error(done.stderr)}")


def _first_error(said: str) -> str:
    """One line: those after it may show a row."""
    lines = said.splitlines()
    found = next((line for line in lines if "error:" in line), lines[0] if lines else "it said nothing")
    return found.partition("error:")[2].strip() or found


def _find(program: str) -> str:
    if found := shutil.which(program):
        return found
    versions = [path for place in _PLACES for path in Path("/").glob(f"{place[1:]}/**/bin/{program}")]
    if not versions:
        raise StoreError(
            f"{program} is needed, as new as the server or newer: install PostgreSQL's client (Debian: postgresql-client)."
        )
    return str(max(versions, key=_version_of))


def _version_of(path: Path) -> int:
    digits = "".join(letter for letter in path.parent.parent.name if letter.isdigit())
    return int(digits or 0)
