"""What the files of deploy/ and docs/deployment.md say, against the program."""

import ast
import os
import re
import shutil
import subprocess

import pytest
import yaml
from source_files import ROOT

from lib.serving import gate
from lib.serving.caps import UPLOAD_BYTES

GUIDE = (ROOT / "docs" / "deployment.md").read_text("utf-8")
DEPLOY = ROOT / "deploy"
# Read by others: PostgreSQL's library and image, and the proxy.
OF_OTHERS = re.compile(r"PG|POSTGRES_|DOSING_")


def known_names() -> set[str]:
    """The names that lib/settings.py reads from the environment."""
    tree = ast.parse((ROOT / "lib" / "settings.py").read_text("utf-8"))
    said = " ".join(str(node.value) for node in ast.walk(tree) if isinstance(node, ast.Constant))
    names = set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b|\bUSER\b", said))
    # Those of the provider are put together from two parts.
    return {name for name in names if f"OIDC_{name}" not in names}


def set_in(name: str) -> set[str]:
    """The names that a file of settings sets, also in a comment."""
    return set(re.findall(r"^#?\s*([A-Z][A-Z_]+)=", (DEPLOY / name).read_text("utf-8"), re.M))


def compose() -> dict:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))


def test_the_guide_has_every_name_of_the_environment_and_no_other():
    assert {
        "DATABASE_URL",
        "AUDIT_ANCHOR",
        "OIDC_NAME",
        "PUBLIC_URL",
        "SESSION_HOURS",
        "USER",
    } <= known_names()
    assert set(re.findall(r"^\| `([A-Z_]+)` \|", GUIDE, re.M)) == known_names()


def test_every_name_that_is_set_is_read_by_somebody():
    services = compose()["services"]
    names = set_in("environment.example") | {
        name for one in services.values() for name in one.get("environment", {})
    }
    assert {name for name in names if not OF_OTHERS.match(name)} <= known_names()


def test_the_commands_of_the_guide_exist():
    commands = {path.stem.rstrip("_") for path in (ROOT / "lib" / "commands").glob("*.py")}
    used = set(re.findall(r"(?:python -m lib|^owner) ([a-z]+)", GUIDE, re.M))
    assert {"init", "account", "backup", "drill", "audit"} <= used <= commands
    assert {"serve", "backup", "recompute"} == {
        name
        for path in DEPLOY.glob("*.service")
        for name in re.findall(r"-m lib ([a-z]+)", path.read_text("utf-8"))
    }


def test_the_container_runs_as_nobody_and_can_write_nothing_of_itself():
    text = (ROOT / "Containerfile").read_text("utf-8")
    assert re.findall(r"^USER (\S+)$", text, re.M) == ["10001"] and "HEALTHCHECK" in text
    assert all(":" in image for image in re.findall(r"^FROM (\S+)", text, re.M))
    assert re.findall(r"^CMD \[(.*)\]$", text, re.M) == ['"serve", "--address", "0.0.0.0", "--port", "8501"']
    own = compose()["services"]["dashboard"]
    assert own["read_only"] is True and own["cap_drop"] == ["ALL"] and "ports" not in own


def test_only_the_proxy_is_reached_from_outside():
    said = compose()
    assert [name for name, one in said["services"].items() if "ports" in one] == ["proxy"]
    assert said["services"]["database"]["networks"] == ["back"] and said["networks"]["back"] == {
        "internal": True
    }
    for one in said["services"].values():
        assert all(":" in one[key] for key in ("image",) if key in one)


def test_the_proxy_closes_what_has_to_be_closed():
    text = (DEPLOY / "Caddyfile").read_text("utf-8")
    assert "/_stcore/metrics" in text and "lb_policy cookie" in text and "encode" in text
    assert f"max_size {UPLOAD_BYTES // 1024 // 1024}MiB" in text
    # What says that it is larger is answered by the proxy itself, in the dashboard's words.
    large = re.compile(re.search(r"@large header_regexp Content-Length (\S+)", text).group(1))
    assert 'respond @large "The request is too large." 413' in text
    for n_bytes in (0, 9_999_999, UPLOAD_BYTES, 22_999_999):
        assert not large.search(str(n_bytes)), n_bytes
    for n_bytes in (23_000_000, 30_000_000, 99_999_999, 100_000_000, 10**12):
        assert large.search(str(n_bytes)), n_bytes
    assert f"header_up -{gate.SESSION_HEADER}".lower() in text.lower()
    assert text.count("import log_without_patients") == 2, "of requests, and of errors"


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("/patient?patient=3", "/patient"),
        ("/_stcore/upload_file/a-session/a-file", "/_stcore/upload_file"),
        ("/media/0123.csv", "/media"),
        ("/invitation?code=abc", "/invitation"),
        ("/caseload", "/caseload"),
    ],
)
def test_the_log_of_the_proxy_has_no_patient_session_or_invitation(address, written):
    said = re.search(r'uri regexp "(.*)" "\$1"', (DEPLOY / "log_without_patients").read_text("utf-8"))
    assert re.sub(said.group(1), lambda found: found.group(1) or "", address) == written


@pytest.mark.skipif(not shutil.which("caddy"), reason="there is no caddy here")
def test_caddy_takes_the_configuration():
    command = ["caddy", "validate", "--config", str(DEPLOY / "Caddyfile"), "--adapter", "caddyfile"]
    surroundings = {**os.environ, "DOSING_HOST": "http://localhost:9"}
    done = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd here")
@pytest.mark.parametrize(
    "unit", sorted(path.name for path in DEPLOY.iterdir() if path.suffix in (".service", ".timer"))
)
def test_systemd_takes_the_units(unit):
    command = ["systemd-analyze", "verify", "--man=no", str(DEPLOY / unit)]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stderr
    own = [line for line in said.splitlines() if unit in line and "is not executable" not in line]
    assert own == []
