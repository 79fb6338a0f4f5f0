"""Closings of flags, as another store wrote them: a row that cannot be read as one closes nothing."""

from lib.clinical.brought_closings import read_findings
from lib.clinical.rules.catalogue import RULES
from lib.intake.findings import Findings
from lib.intake.table import RawTable


def check_closings(raw: RawTable, findings: Findings) -> None:
    """Rejects rows of a rule that nobody knows, and whose evidence is no list of what was closed."""
    is_unknown = raw.cells["rule"].are(lambda name: bool(name) and name not in RULES)
    findings.reject(
        is_unknown, "unknown-rule", "rule", "There is no rule of this name: export the closings again."
    )
    is_unreadable = ~raw.cells["evidence"].are(_can_be_read)
    reason = "evidence is no list of what was closed, as an export writes it: export the closings again."
    findings.reject(is_unreadable, "unreadable-evidence", "evidence", reason)


def _can_be_read(evidence: str) -> bool:
    try:
        read_findings(evidence)
    except ValueError:
        # An empty cell is said already.
        return not evidence
    return True
