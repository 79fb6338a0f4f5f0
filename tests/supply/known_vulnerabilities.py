"""Whether anything that is pinned is known to be vulnerable, asked of OSV: python tests/supply/known_vulnerabilities.py FILE…

Ends with 0 only where every version was looked up and nothing was found, 1 where something is known, and 2, with NOT AUDITED,
where nobody answered for all of them. pip-audit ends with 0 where an index has no advisories, and has skipped every package.
"""

import json
import re
import sys
import urllib.request
from pathlib import Path
from typing import Any

OSV = "https://api.osv.dev/v1/querybatch"
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
# OSV takes a thousand questions at once.
_MOST = 1_000


class NotAuditedError(Exception):
    """Somebody did not answer, or not for everything."""


def read_pins(paths: list[Path]) -> list[tuple[str, str]]:
    """Name and version of each line, once."""
    return sorted({pin for path in paths for pin in _PIN.findall(path.read_text("utf-8"))})


def find_known(pins: list[tuple[str, str]], address: str = OSV) -> dict[str, list[str]]:
    """By name and version, the advisories. Raises NotAuditedError."""
    if not 0 < len(pins) <= _MOST:
        raise NotAuditedError(f"{len(pins)} versions are pinned; 1 to {_MOST} can be asked about")
    queries = [{"package": {"name": name, "ecosystem": "PyPI"}, "version": version} for name, version in pins]
    results = _ask(address, {"queries": queries}).get("results")
    if not isinstance(results, list) or len(results) != len(pins):
        raise NotAuditedError("the answer is not about every version that was asked about")
    return {
        "==".join(pin): [str(one["id"]) for one in result["vulns"]]
        for pin, result in zip(pins, results, strict=True)
        if result.get("vulns")
    }


def _ask(address: str, question: dict[str, Any]) -> dict[str, Any]:
    request = urllib.request.Request(
        address, json.dumps(question).encode(), {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            said = json.load(answer)
    except (OSError, ValueError) as error:
        raise NotAuditedError(f"{address} did not answer ({type(error).__name__})") from error
    return said if isinstance(said, dict) else {}


def main(paths: list[str], address: str = OSV) -> int:
    pins = read_pins([Path(path) for path in paths])
    try:
        known = find_known(pins, address)
    except NotAuditedError as error:
        print(f"NOT AUDITED: {error}. Nothing is known of {len(pins)} versions.", file=sys.stderr)
        return 2
    for pin, advisories in known.items():
        print(f"{pin}: {', '.join(advisories)}")
    print(f"AUDITED: {len(pins)} versions, {len(known)} of them known to be vulnerable.")
    return 1 if known else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
