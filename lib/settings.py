"""Paths and environment: the only reader of os.environ."""

import os
import shutil
import tomllib
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


def user_name() -> str:
    """Who is at this machine, until sign-in exists."""
    return os.environ.get("USER", "").strip() or "local user"


def access_policy() -> str:
    """ACCESS_POLICY: "local" (whoever sits at this machine, with all rights) or "refuse"; any other word refuses too."""
    return os.environ.get("ACCESS_POLICY", "").strip() or "local"


def browser_path() -> str | None:
    """The browser that draws pictures: BROWSER_PATH, else a Chromium or Chrome on the PATH; None where there is none."""
    asked = os.environ.get("BROWSER_PATH", "").strip()
    return next(filter(None, map(shutil.which, [asked] if asked else BROWSERS)), None)


@cache
def software_version() -> str:
    """As pyproject.toml has it."""
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"])
