"""What a draft of a policy would change today, before it is published."""

from dataclasses import dataclass
from datetime import date

import pandas as pd

from lib.clinical.flag_budget import FlagBudget
from lib.clinical.flag_changes import compare_flags, count_by_card, count_by_rule
from lib.clinical.policy import Policy, parse_policy
from lib.clinical.policy_changes import compare_policies
from lib.clinical.rules.reading_flags import find_followed
from lib.services import _clock
from lib.services._derived_rows import flags_on
from lib.services._flag_budget import replay_budget
from lib.services._histories import load_histories
from lib.services._refresh import current_policy
from lib.services._scope import clinic_keys
from lib.services._standing import today
from lib.services.access import Actor, Permission, check_can, permitted
from lib.services.flag_budget import WEEKS
from lib.store.bulk_care import read_care_records
from lib.store.engine import Store, Transaction
from lib.store.records import read_patients


@dataclass(frozen=True)
class Preview:
    """What the rules find on as_of in the actor's clinics, by the policy in force (version `version`) and by a draft.

    changes: of `compare_policies`. moved: of `compare_flags`, with patient_key, patient_id and clinic_id. by_rule, by_card: of
    flag_changes. before, after: the flag budgets.
    """

    version: int
    as_of: date
    changes: pd.DataFrame
    moved: pd.DataFrame
    by_rule: pd.DataFrame
    by_card: pd.DataFrame
    before: FlagBudget
    after: FlagBudget


@permitted(Permission.CHANGE_POLICY)
def preview_policy(actor: Actor, store: Store, text: str, file_name: str, weeks: int = WEEKS) -> Preview:
    """Who would gain and who would lose a flag today, and what the last weeks would have asked for. Raises PolicyError."""
    check_can(actor, Permission.SEE_PATIENTS)
    with store.read() as connection:
        in_force = current_policy(connection)
        draft = parse_policy(text.encode(), file_name, in_force.version + 1)
        as_of = today(connection)
        people = read_patients(connection, clinics=clinic_keys(connection, actor))
        found = [_find_flags(connection, policy, as_of, people) for policy in (in_force, draft)]
        budgets = [replay_budget(connection, actor, in_force, policy, weeks) for policy in (in_force, draft)]
    moved = compare_flags(*found).rename(columns={"patient": "patient_key"})
    names = people[["patient_key", "patient_id", "clinic_id"]]
    return Preview(
        version=in_force.version,
        as_of=as_of,
        changes=compare_policies(in_force, draft),
        moved=moved.merge(names, on="patient_key", how="left"),
        by_rule=count_by_rule(*found),
        by_card=count_by_card(*found),
        before=budgets[0],
        after=budgets[1],
    )


def _find_flags(connection: Transaction, policy: Policy, as_of: date, people: pd.DataFrame) -> pd.DataFrame:
    loaded = load_histories(connection, policy, None)
    care = read_care_records(connection, None, len(loaded.clinic_of))
    day = _clock.day_number(as_of)
    flags = flags_on(loaded, care, day, policy)
    # A new limit makes readings of the last weeks critical too.
    followed = find_followed(loaded.sessions[loaded.sessions["day"] <= day], day, policy)
    flags = pd.concat([flags, followed[list(flags.columns)]], ignore_index=True)
    flags = flags.sort_values("severity", ascending=False, kind="stable")
    flags = flags.drop_duplicates(["patient", "rule", "instrument"])
    return flags[flags["patient"].isin(people["patient_key"])]
