"""The rows of the review queue: one a patient or unreadable form."""

from datetime import date

import numpy as np
import pandas as pd

from lib.clinical.dose_review import CARDS, SAFETY_NOW, classify_card, rank_urgency, select_queue_flags
from lib.clinical.flag_life import SNOOZED, WRONG
from lib.clinical.held_columns import tuples_of
from lib.clinical.rules.catalogue import SEVERITIES
from lib.clinical.segments import NONE
from lib.services import _clock
from lib.services._reasons import OF_REASON, OF_REMARK, UNREADABLE, say_aside, say_persisting, say_reason

# A critical flag that nobody has looked at for too long stands before everything else.
_FIRST = -1
# Cards as bits of a number, and the cards of each number.
_BITS = {name: 1 << at for at, name in enumerate(CARDS)}
_CARDS_OF = [[name for name in CARDS if bits & _BITS[name]] for bits in range(1 << len(CARDS))]


def split_aside(flags: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The flags of the queue, and those of them that are snoozed or called wrong. A snoozed flag still hides weaker ones until
    its day; one that was called wrong hides nothing. flags: of add_places."""
    is_wrong = flags["set_aside"] == WRONG
    shown = select_queue_flags(flags[~is_wrong])
    is_snoozed = shown["set_aside"] == SNOOZED
    return shown[~is_snoozed], pd.concat([shown[is_snoozed], flags[is_wrong]])


def one_row_a_patient(flags: pd.DataFrame, as_of: date, due: pd.DataFrame | None = None) -> pd.DataFrame:
    """due: of read_due, rows beside the flags; nobody owns them."""
    card, waiting = classify_card(flags), _clock.day_number(as_of) - flags["since"]
    flags = flags.assign(card=card, waiting=waiting)
    flags = flags.assign(
        urgency=rank_urgency(flags).mask(flags["is_escalated"], _FIRST),
        reason=[say_reason(*said) for said in tuples_of(flags, OF_REASON)],
        remark=[say_aside(*said) for said in tuples_of(flags, OF_REMARK)],
    )
    if due is not None:
        unowned = due.assign(remark="", owner="", in_charge="", is_escalated=False, waits_hours=0)
        flags = pd.concat([flags, unowned], ignore_index=True)
    flags = flags.sort_values(
        ["urgency", "severity", "waiting"], ascending=[True, False, False], kind="stable"
    )
    # A row waits for what it stands there for: an older flag of less urgency would put it before who has waited longer.
    is_leading = flags["urgency"] == flags.groupby("patient_key")["urgency"].transform("min")
    flags = flags.assign(leading=flags["waiting"].where(is_leading, NONE))
    rows = flags.groupby("patient_key", sort=False).agg(
        severity_code=("severity", "max"),
        urgency=("urgency", "min"),
        days_waiting=("leading", "max"),
        is_escalated=("is_escalated", "max"),
        waits_hours=("waits_hours", "max"),
    )
    rows = rows.reset_index().assign(held_row_key=pd.NA, **_gather(flags))
    late = zip(rows["reasons"], rows["is_escalated"], rows["waits_hours"], strict=True)
    return rows.assign(
        reasons=[[f"Unacknowledged {hours} h", *said] if is_late else said for said, is_late, hours in late],
        row_id=[f"patient-{key}" for key in rows["patient_key"]],
        severity=[SEVERITIES[code] for code in rows["severity_code"]],
        patient_key=rows["patient_key"].astype("Int64"),
    )


def _gather(flags: pd.DataFrame) -> dict[str, list]:
    """One value a patient, in the order in which they first stand there: cards, reasons, owner, in_charge. Gathered by hand:
    pandas' groupby calls a function a patient, each time with a frame of its own."""
    place, keys = pd.factorize(flags["patient_key"])
    cards = np.zeros(len(keys), dtype=np.int64)
    np.bitwise_or.at(cards, place, flags["card"].map(_BITS).to_numpy(dtype=np.int64))
    reasons: list[list[str]] = [[] for _ in keys]
    for at, *said in zip(place.tolist(), flags["reason"], flags["remark"], strict=True):
        reasons[at].extend(filter(None, said))
    charge: list[set[tuple[str, str]]] = [set() for _ in keys]
    is_owned = (flags["owner"] != "").to_numpy(dtype=bool)
    owned = flags[is_owned]
    for at, *pair in zip(place[is_owned].tolist(), owned["owner"], owned["in_charge"], strict=True):
        charge[at].add((pair[0], pair[1]))
    return {
        "cards": [_CARDS_OF[bits] for bits in cards.tolist()],
        "reasons": reasons,
        "owner": [say_owners(pairs) if pairs else "" for pairs in charge],
        "in_charge": [frozenset(name for pair in pairs for name in pair) for pairs in charge],
    }


def say_owners(charge: set[tuple[str, str]]) -> str:
    """Dr Abebe; of somebody who is away: Dr Cole for Dr Abebe. charge: owner and who is in charge for them."""
    words = {owner if owner == in_charge else f"{in_charge} for {owner}" for owner, in_charge in charge}
    return ", ".join(sorted(words))


def persisting_rows(persisting: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Patients whose item 9 only adds to a closing. persisting: of read_persisting."""
    n = len(persisting)
    return pd.DataFrame(
        {
            "row_id": [f"patient-{key}" for key in persisting["patient"]],
            "patient_key": persisting["patient"].astype("Int64").to_numpy(),
            "held_row_key": pd.array([pd.NA] * n, dtype="Int64"),
            "cards": [[] for _ in range(n)],
            "reasons": [say_persisting(row).split(", ") for row in persisting.to_dict("records")],
            "severity": "info",
            "days_waiting": (_clock.day_number(as_of) - persisting["latest_on"]).to_numpy(),
            "owner": "",
            "in_charge": [frozenset()] * n,
            "is_escalated": False,
        }
    )


def unreadable_rows(held: pd.DataFrame, as_of: date) -> pd.DataFrame:
    offered_on = held["imported_at"] // 86_400 if len(held) else held["imported_at"]
    return pd.DataFrame(
        {
            "row_id": [f"held-{key}" for key in held["id"]],
            "patient_key": held["patient_key"].astype("Int64").to_numpy(),
            "held_row_key": held["id"].astype("Int64").to_numpy(),
            "patient_id": held["patient_id"].to_numpy(),
            "clinic_id": held["clinic_id"].to_numpy(),
            "cards": [[SAFETY_NOW]] * len(held),
            "reasons": [[UNREADABLE]] * len(held),
            "severity": "high",
            "urgency": 0,
            "owner": "",
            "in_charge": [frozenset()] * len(held),
            "is_escalated": False,
            # Looking back, a row of a first load stands before the day of its file.
            "days_waiting": [max(0, _clock.day_number(as_of) - int(day)) for day in offered_on],
        }
    )
