"""What the product is installed from, and whether what is known to be wrong with it would be said."""

import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from source_files import ROOT
from supply.known_vulnerabilities import main, read_pins

LOCKS = ("requirements.txt", "requirements-cluster.txt", "requirements-dev.txt")


@contextmanager
def osv(answer: object) -> Iterator[tuple[str, list[dict]]]:
    """Somebody who answers as OSV does; the address, and what was asked."""
    asked: list[dict] = []

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append(question)
            said = answer(question["queries"]) if callable(answer) else answer
            body = said if isinstance(said, bytes) else json.dumps(said).encode()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", asked
        server.shutdown()


@pytest.mark.parametrize("lock", LOCKS)
def test_every_version_has_the_digests_of_its_files_and_no_address(lock):
    """A version without one is refused by an installation with --require-hashes, and so is every other one with it."""
    text = (ROOT / lock).read_text("utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    assert len(lines) >= 20
    for line in lines:
        assert re.match(r"[a-z0-9._-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", line), line
    assert "://" not in text


def test_installations_ask_for_the_digests():
    text = (ROOT / "Makefile").read_text("utf-8") + (ROOT / "Containerfile").read_text("utf-8")
    installing = [line for line in text.splitlines() if " install " in line and "--requirement" in line]
    assert len(installing) == 3 and all("--require-hashes" in line for line in installing)


def test_what_is_known_is_said(capsys):
    def answer(queries: list[dict]) -> dict:
        return {
            "results": [
                {"vulns": [{"id": "GHSA-1"}]} if one["package"]["name"] == "pandas" else {} for one in queries
            ]
        }

    with osv(answer) as (address, asked):
        assert main([str(ROOT / lock) for lock in LOCKS], address) == 1
    said = capsys.readouterr().out
    assert re.search(r"^pandas==3\.\S+: GHSA-1$", said, re.M) and "AUDITED: " in said
    pins = read_pins([ROOT / lock for lock in LOCKS])
    assert [(one["package"]["name"], one["version"]) for one in asked[0]["queries"]] == pins
    with osv(lambda queries: {"results": [{} for _ in queries]}) as (address, _):
        assert main([str(ROOT / LOCKS[0])], address) == 0


@pytest.mark.parametrize(
    "answer",
    [{"results": []}, {"results": [{}]}, {}, [], b"<html>", {"results": None}, {"message": "too many"}],
)
def test_half_an_answer_is_not_green(answer, capsys):
    with osv(answer) as (address, _):
        assert main([str(ROOT / LOCKS[0])], address) == 2
    assert "NOT AUDITED" in capsys.readouterr().err


def test_no_answer_and_no_versions_are_not_green(tmp_path, capsys):
    (tmp_path / "empty.txt").write_text("# nothing\n")
    assert main([str(ROOT / LOCKS[0])], "http://127.0.0.1:1/") == 2
    assert main([str(tmp_path / "empty.txt")]) == 2
    assert capsys.readouterr().err.count("NOT AUDITED") == 2


def test_what_is_planted_is_found(tmp_path):
    """A secret and an unsafe call; their words are in two parts here, or this file would be refused."""
    bin_ = Path(sys.executable).parent
    secret, unsafe = tmp_path / "secret.py", tmp_path / "unsafe.py"
    secret.write_text("pass" + 'word = "Tr0ub4dor&3-and-more"\n')
    unsafe.write_text("import subprocess\n\n\ndef f(words):\n    subprocess.run(words, shell=True)\n")
    looking = [str(bin_ / "detect-secrets-hook"), "--baseline", "tests/supply/secrets.json"]
    calling = [str(bin_ / "bandit"), "--quiet", "--configfile", "pyproject.toml"]
    for command, planted, other in ((looking, secret, unsafe), (calling, unsafe, secret)):
        codes = [
            subprocess.run([*command, str(path)], cwd=ROOT, capture_output=True, check=False).returncode
            for path in (planted, other)
        ]
        assert codes == [1, 0], command[0]
