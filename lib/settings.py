"""Paths and environment: the only reader of os.environ."""

import os
import shutil
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
POLICY_FILE = ROOT / "data" / "policy.toml"
PROTOCOLS_FILE = ROOT / "data" / "protocols.toml"
GLOSSARY_FILE = ROOT / "docs" / "glossary.md"
BENCHMARKS_FILE = ROOT / "data" / "benchmarks.toml"
HOW_IT_WORKS_FILE = ROOT / "data" / "how_it_works.toml"
DEMO_FOLDER = ROOT / "data" / "demo"
DEMO_STORE = f"sqlite:///{ROOT / 'data' / 'demo.sqlite'}"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def database_url() -> str:
    """DATABASE_URL, or the demo clinic's store."""
    return os.environ.get("DATABASE_URL", "").strip() or DEMO_STORE


def hand_on_database(url: str) -> None:
    """From here on the screens of this process, and of those that it starts, read this store."""
    os.environ["DATABASE_URL"] = url


def keep_memory_together() -> None:
    """For the program that takes the place of this one: what one thread gives back is there for the others. A session's script is
    a thread; with memory of its own for each of them the server held half as much again (docs/performance.md)."""
    os.environ.setdefault("MALLOC_ARENA_MAX", "2")


def database_key() -> str | None:
    """DATABASE_KEY: 64 hexadecimal digits that encrypt an SQLite store, or None."""
    return os.environ.get("DATABASE_KEY", "").strip() or None


def audit_keys() -> str:
    """AUDIT_KEY: 64 hexadecimal digits that seal the audit; of several, separated by commas, the last one seals new rows."""
    return os.environ.get("AUDIT_KEY", "").strip()


def audit_key_file() -> Path | None:
    """AUDIT_KEY_FILE: where the keys of the audit are, one a line; by default beside the store."""
    asked = os.environ.get("AUDIT_KEY_FILE", "").strip()
    return Path(asked) if asked else None


def audit_anchor_file() -> Path | None:
    """AUDIT_ANCHOR: where the audit's end is written down day by day; by default beside the store."""
    asked = os.environ.get("AUDIT_ANCHOR", "").strip()
    return Path(asked) if asked else None


def surroundings(**more: str) -> dict[str, str]:
    """For a program that is started: the environment as it is, and what it is to be told beside."""
    return {**os.environ, **more}


def user_name() -> str:
    """Who is at this machine, for the command line and the demo."""
    return os.environ.get("USER", "").strip() or "local user"


def access_policy() -> str:
    """ACCESS_POLICY: "local" (whoever sits at this machine, with all rights: the demo), "sign in" (`python -m lib serve` says so
    itself) or "refuse"; any other word refuses too."""
    return os.environ.get("ACCESS_POLICY", "").strip() or "local"


def require_sign_in() -> None:
    """From here on this process knows nobody who has not signed in."""
    os.environ["ACCESS_POLICY"] = "sign in"


@dataclass(frozen=True)
class SessionLimits:
    """How long a sign-in lasts: NIST SP 800-63B asks for 15 minutes without an act, and 12 hours in all, where records as these
    are read (assurance level 3). SESSION_IDLE_MINUTES and SESSION_HOURS make them shorter, never longer."""

    idle_minutes: int = 15
    longest_hours: int = 12

    @property
    def idle_seconds(self) -> int:
        return self.idle_minutes * 60

    @property
    def longest_seconds(self) -> int:
        return self.longest_hours * 3_600


def session_limits() -> SessionLimits:
    most = SessionLimits()
    return SessionLimits(
        _shorter("SESSION_IDLE_MINUTES", most.idle_minutes), _shorter("SESSION_HOURS", most.longest_hours)
    )


def _shorter(name: str, most: int) -> int:
    said = os.environ.get(name, "").strip()
    return min(max(int(said), 1), most) if said.isdecimal() else most


@dataclass(frozen=True)
class Provider:
    """The clinic's identity provider (OpenID Connect). metadata_url: its .well-known/openid-configuration."""

    metadata_url: str
    client_id: str
    client_secret: str
    name: str


def identity_provider() -> Provider | None:
    """OIDC_METADATA_URL, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET and OIDC_NAME (as the button says it), or None without the first."""
    url, client, secret, name = (
        os.environ.get(f"OIDC_{word}", "").strip()
        for word in ("METADATA_URL", "CLIENT_ID", "CLIENT_SECRET", "NAME")
    )
    return Provider(url, client, secret, name or "your clinic's account") if url else None


def public_url() -> str | None:
    """PUBLIC_URL: how browsers reach the dashboard, like https://dosing.clinic.example; None on this machine alone."""
    return os.environ.get("PUBLIC_URL", "").strip().rstrip("/") or None


def browser_path() -> str | None:
    """The browser that draws pictures: BROWSER_PATH, else a Chromium or Chrome on the PATH; None where there is none."""
    asked = os.environ.get("BROWSER_PATH", "").strip()
    return next(filter(None, map(shutil.which, [asked] if asked else BROWSERS)), None)


@cache
def software_version() -> str:
    """As pyproject.toml has it."""
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"])
