"""What a signature stands under: the fingerprint of all that was signed, kept in the audit, so that a changed decision shows."""

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

import pandas as pd

from lib.services._audit_acts import Act
from lib.services._audit_chain import Finding, Kind
from lib.store import audit
from lib.store import decisions as store_decisions
from lib.store.engine import Transaction

# Who signed, when and what it means; what the form showed: flags with evidence and limits, records up to an import, the policy.
# Not whose it is: a merge moves a decision to the identity that remains, and its row says so.
SIGNED = (
    *(
        "id",
        "token",
        "signer",
        "signed_at",
        "on_day",
        "is_verified",
        "options",
        "reasons",
        "checklist",
        "note",
    ),
    *("old_dose_mg", "new_dose_mg", "old_interval_days", "new_interval_days", "review_by"),
    *("expected_effect", "flags", "covers_import_key", "policy_version"),
)


def fingerprint(row: Mapping[Any, Any]) -> str:
    """SHA-256 of a decision as it was signed. row: columns of the table; the same after every reading."""
    said = {name: _plain(row[name]) for name in SIGNED}
    return sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _plain(value: Any) -> Any:
    """A number is one whether SQL, pandas or Python holds it; nothing is None."""
    if isinstance(value, str) or value is None:
        return value
    return None if pd.isna(value) else float(value)


def find_changed(connection: Transaction) -> Iterator[Finding]:
    """Decisions that are not what was signed, or are gone; those of before the audit began are not told of."""
    entries, _ = audit.search_entries(connection, equal={"act": Act.DECIDE.value})
    rows = store_decisions.read_decisions(connection, None).set_index("id", drop=False)
    for entry in entries.to_dict("records"):
        key, seq = int(str(entry["subject"]).partition(":")[2]), int(entry["seq"])
        if key not in rows.index:
            yield Finding(Kind.DECISION, seq, f"decision {key}, signed in row {seq}, is gone.")
        elif fingerprint(rows.loc[key].to_dict()) != json.loads(entry["detail"]).get("sha256"):
            yield Finding(Kind.DECISION, seq, f"decision {key} is not what was signed in row {seq}.")
