"""Versions by day, drafts that are previewed, and publishing: who may, with what comment, and against which version."""

from datetime import UTC, date, datetime, timedelta

import pytest
from built_stores import copy_of
from clinic_files import ACTOR, to_csv
from policy_texts import SHIPPED

from lib.clinical.policy import PolicyError
from lib.clinical.policy_draft import NumberChange
from lib.services import _clock, caseload, flag_budget, imports, policies, policy_preview, stores
from lib.services.access import Actor, NotPermittedError, Permission
from lib.services.errors import Store, StoreError
from lib.store import derived

TODAY = datetime.now(UTC).date()
NORTH = Actor("north", frozenset(Permission), frozenset({"north"}))


def day(ago: int) -> str:
    return (TODAY - timedelta(days=ago)).isoformat()


def course(patient: str, clinic: str, *totals: int) -> tuple[list[dict], list[dict], list[dict]]:
    """Day 0 so many weeks ago that the last total is of today; a session and a form each week, the baseline before the first."""
    weeks = len(totals) - 1
    whose = {"patient_id": patient, "clinic_id": clinic}
    forms = [
        {**whose, "instrument": "PHQ-9", "assessed_at": day(7 * (weeks - n) + (n == 0)), "total": str(total)}
        for n, total in enumerate(totals)
    ]
    doses = [{**whose, "started_at": day(7 * (weeks - n)), "dose_mg": "100"} for n in range(weeks)]
    return [whose], doses, forms


def make_store(folder) -> Store:
    return copy_of("preview", folder / "clinic.sqlite", begin)


def begin(url: str) -> Store:
    store = stores.create_store(ACTOR, url, are_clinics_open=True)
    courses = [
        course("fell by a quarter", "north", 20, 19, 17, 16, 15),
        course("halved", "north", 20, 15, 12, 9, 8),
        course("stays", "south", 20, 20, 20, 19, 20),
    ]
    for files in zip(*courses, strict=True):
        rows = [row for part in files for row in part]
        imports.import_files(ACTOR, store, [(f"{len(rows)}-{rows[0].keys()}.csv", to_csv(rows))])
    return store


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Store:
    return make_store(tmp_path_factory.mktemp("preview"))


@pytest.fixture
def own_store(tmp_path) -> Store:
    return make_store(tmp_path)


STRICTER = SHIPPED.replace("min_fall_percent = {value = 20", "min_fall_percent = {value = 30")


def test_a_preview_says_who_gains_and_who_loses(store):
    preview = policy_preview.preview_policy(ACTOR, store, STRICTER, "stricter.toml")
    moved = preview.moved[preview.moved["rule"] == "non_improver"]
    assert moved[["patient_id", "clinic_id", "change", "before", "after"]].to_numpy().tolist() == [
        ["fell by a quarter", "north", "gained", "", "high"]
    ]
    assert "PHQ-9 20 → 15" in moved["evidence"].iloc[0] and "30 %" in moved["threshold"].iloc[0]
    (row,) = preview.by_rule[preview.by_rule["rule"] == "non_improver"].to_dict("records")
    assert (row["n_before"], row["n_after"], row["n_gained"], row["n_lost"]) == (1, 2, 1, 0)
    assert preview.version == 1 and preview.changes["key"].tolist() == ["min_fall_percent"]


def test_a_preview_knows_readings_that_a_lower_limit_makes_critical(own_store):
    dose = {"patient_id": "halved", "clinic_id": "north", "dose_mg": "100", "dbp_pre_mmhg": "80"}
    rows = [dose | {"started_at": day(ago), "sbp_pre_mmhg": mmhg} for ago, mmhg in ((3, "175"), (1, "120"))]
    imports.import_files(ACTOR, own_store, [("late.csv", to_csv(rows))])
    lower = SHIPPED.replace("critical_systolic = {value = 180", "critical_systolic = {value = 170")
    moved = policy_preview.preview_policy(ACTOR, own_store, lower, "lower.toml").moved
    assert moved[["patient_id", "rule", "change", "after"]].to_numpy().tolist() == [
        ["halved", "blood_pressure", "gained", "critical"]
    ]


def test_the_way_back_is_the_same_with_the_signs_changed(own_store):
    there = policy_preview.preview_policy(ACTOR, own_store, STRICTER, "stricter.toml")
    policies.publish_policy(ACTOR, own_store, STRICTER.encode(), "stricter.toml", "stricter")
    back = policy_preview.preview_policy(ACTOR, own_store, SHIPPED, "shipped.toml")
    turned = {"gained": "lost", "lost": "gained"}
    key = ["patient_key", "rule", "instrument", "change"]
    gone = {tuple(row) for row in there.moved.replace({"change": turned})[key].to_numpy(dtype=object)}
    assert gone == {tuple(row) for row in back.moved[key].to_numpy(dtype=object)} and gone
    assert back.version == 2


def test_a_preview_finds_what_publishing_then_finds(own_store):
    preview = policy_preview.preview_policy(ACTOR, own_store, STRICTER, "stricter.toml")
    before = caseload.read_flags(ACTOR, own_store)
    policies.publish_policy(ACTOR, own_store, STRICTER.encode(), "stricter.toml", "stricter")
    after = caseload.read_flags(ACTOR, own_store)
    keys = [{tuple(row) for row in one[["patient_id", "rule"]].to_numpy()} for one in (before, after)]
    gained = preview.moved[preview.moved["change"] == "gained"]
    assert {tuple(row) for row in gained[["patient_id", "rule"]].to_numpy()} == keys[1] - keys[0]


def test_the_same_policy_moves_nothing(store):
    preview = policy_preview.preview_policy(ACTOR, store, SHIPPED, "same.toml")
    assert preview.moved.empty and preview.changes.empty
    assert preview.before == preview.after
    assert (preview.by_card["n_before"] == preview.by_card["n_after"]).all()


def test_a_preview_and_a_budget_show_the_actors_clinics_only(store):
    preview = policy_preview.preview_policy(NORTH, store, STRICTER, "stricter.toml")
    assert set(preview.moved["clinic_id"]) == {"north"}
    assert preview.before.reviewed.total == 2
    assert flag_budget.read_flag_budget(NORTH, store).reviewed.total == 2
    assert flag_budget.read_flag_budget(ACTOR, store).reviewed.total == 3


def test_a_preview_names_patients_and_asks_for_the_right_to_see_them(store):
    blind = Actor("a lead", frozenset(Permission) - {Permission.SEE_PATIENTS})
    with pytest.raises(NotPermittedError, match="see patients"):
        policy_preview.preview_policy(blind, store, STRICTER, "stricter.toml")
    assert flag_budget.read_flag_budget(blind, store).reviewed.total == 3


def test_a_draft_that_scores_otherwise_is_replayed_with_its_own_totals(store):
    fewer = SHIPPED.replace("phq9_max_missing = {value = 2", "phq9_max_missing = {value = 0")
    assert policy_preview.preview_policy(ACTOR, store, fewer, "fewer.toml").after.reviewed.total == 3


# A policy that cannot be used -> what the sentence names.
UNUSABLE = {
    "out of range": (
        SHIPPED.replace("{value = 84,", "{value = 6,", 1),
        ("[courses]", "gap_days", "7 to 730"),
    ),
    "unknown rule": (SHIPPED + "\n[non_improvement]\n", ("table 'non_improvement' is unknown",)),
    "missing source": (
        SHIPPED.replace(', source = "ours: a restart after 12 weeks is a new course"', ""),
        ("[courses]", "gap_days", "source"),
    ),
}


@pytest.mark.parametrize("case", UNUSABLE)
def test_a_policy_that_cannot_be_used_is_refused_and_the_running_one_stays(case, store):
    text, named = UNUSABLE[case]
    for refuse in (
        lambda: policies.publish_policy(ACTOR, store, text.encode(), "mine.toml", "why"),
        lambda: policies.begin_draft(ACTOR, store, text.encode(), "mine.toml"),
        lambda: policy_preview.preview_policy(ACTOR, store, text, "mine.toml"),
        lambda: flag_budget.read_flag_budget(ACTOR, store, 52, text, "mine.toml"),
    ):
        with pytest.raises(PolicyError, match=r"^mine\.toml") as refused:
            refuse()
        assert all(word in str(refused.value) for word in named)
    assert policies.read_policy(ACTOR, store).version == 1


@pytest.mark.parametrize("comment", ["", "  \n"])
def test_publishing_needs_a_comment(comment, store):
    with pytest.raises(StoreError, match="Say in a comment why"):
        policies.publish_policy(ACTOR, store, STRICTER.encode(), "stricter.toml", comment)
    assert policies.read_policy(ACTOR, store).version == 1


def test_a_draft_of_an_older_version_is_refused_and_says_who_came_before(own_store):
    draft = policies.begin_draft(ACTOR, own_store, STRICTER.encode(), "stricter.toml")
    other = Actor("Dr Other", frozenset(Permission))
    looser = SHIPPED.replace("min_fall_percent = {value = 20", "min_fall_percent = {value = 10")
    assert (
        policies.publish_policy(other, own_store, looser.encode(), "looser.toml", "less noise", previewed=1)
        == 2
    )
    with pytest.raises(
        policies.NewerPolicyError, match=r"version 1\. Version 2 was published by Dr Other on .*less noise"
    ):
        policies.publish_policy(
            ACTOR, own_store, draft.text.encode(), draft.file_name, "stricter", previewed=draft.version
        )
    assert policies.read_policy(ACTOR, own_store).non_improver.min_fall_percent == 10


def test_a_draft_grows_number_by_number(store):
    source = "ours: for a test"
    one = policies.change_draft(
        ACTOR, store, None, "non_improver", [NumberChange("min_sessions", 3, "default", source)]
    )
    two = policies.change_draft(
        ACTOR, store, one, "courses", [NumberChange("gap_days", 70, "default", source)]
    )
    changes = policy_preview.preview_policy(ACTOR, store, two.text, two.file_name).changes
    values = changes[changes["what"] == "value"]
    assert values[["table", "key", "before", "after"]].to_numpy().tolist() == [
        ["courses", "gap_days", "84", "70"],
        ["non_improver", "min_sessions", "4", "3"],
    ]
    authors = changes[changes["what"] == "author"]
    assert set(authors["after"]) == {"a test"} and one.version == two.version == 1
    assert policies.read_policy(ACTOR, store).version == 1


def publish_at(store: Store, version: int, moment: datetime, gap_days: int) -> None:
    text = SHIPPED.replace("gap_days = {value = 84", f"gap_days = {{value = {gap_days}")
    values = {"version": version, "toml": text, "published_by": "Dr Lead", "comment": f"{gap_days} days"}
    with store.write() as connection:
        derived.add_policy_version(connection, {**values, "published_at": _clock.seconds(moment)})


@pytest.fixture
def dated_store(tmp_path) -> Store:
    """A clinic in Denver (UTC−7 in winter): version 2 of 3 March, 16:00 there, version 3 of 4 March, 00:30 there."""
    store = stores.create_store(ACTOR, f"sqlite:///{tmp_path / 'dated.sqlite'}")
    stores.init_clinic(ACTOR, store, "main", name="", time_zone="America/Denver", instruments=["PHQ-9"])
    with store.write() as connection:
        connection.exec_driver_sql("UPDATE policy_version SET published_at = 1767225600")  # 1 Jan 2026
    publish_at(store, 2, datetime(2026, 3, 3, 23, tzinfo=UTC), 60)
    publish_at(store, 3, datetime(2026, 3, 4, 7, 30, tzinfo=UTC), 50)
    return store


# Day -> the threshold at its end (None: no policy yet). On 31 December 2025 in Denver it was already 2026 in UTC.
THRESHOLDS = {
    date(2025, 12, 30): None,
    date(2025, 12, 31): 84,
    date(2026, 3, 2): 84,
    date(2026, 3, 3): 60,
    date(2026, 3, 4): 50,
    date(2030, 1, 1): 50,
}


@pytest.mark.parametrize("on", THRESHOLDS, ids=str)
def test_what_the_threshold_was_on_a_day(on, dated_store):
    found = policies.read_policy_on(ACTOR, dated_store, on)
    assert (found.policy.courses.gap_days if found else None) == THRESHOLDS[on]


def test_every_version_is_listed_with_who_when_and_why(dated_store):
    versions = policies.read_versions(ACTOR, dated_store)
    assert [one.policy.version for one in versions] == [1, 2, 3]
    assert (versions[1].published_by, versions[1].comment) == ("Dr Lead", "60 days")
    assert (
        policies.list_versions(ACTOR, dated_store)["published_at"].tolist()[1] == "2026-03-03T23:00:00+00:00"
    )
