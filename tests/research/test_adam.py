"""The ADaM-like files keep the conventions: of the demo clinic, and of a questionnaire of pharmaverse's SDTM sample."""

from pathlib import Path

import pandas as pd
import pytest
from clinic_files import ACTOR, new_store, to_csv
from policy_texts import SHIPPED
from ui_stores import make_demo

from lib.research.choices import FileForm, Privacy, topics_of
from lib.services import caseload, exports, imports, policies, stores
from lib.services.errors import Store

TOTALS = {"PHQ0111": 9, "GAD02TS": 7}
# GAD-7 of pharmaverse/admiral's example_qs (Apache-2.0): visit, day, the answers; the total is their sum.
VISITS = (
    ("VISIT 1", "1.0", "2012-11-16", "2222331"),
    ("UNSCHEDULED VISIT 5.01", "501.0", "2013-04-15", "2222132"),
    ("VISIT 6", "6.0", "2013-05-15", "2222131"),
    ("VISIT 12", "12.0", "2013-11-14", "1111111"),
)


def write_qs() -> bytes:
    rows = []
    for visit, number, day, answers in VISITS:
        points = [*answers, str(sum(map(int, answers)))]
        for place, one in enumerate(points, 1):
            of = {"STUDYID": "STUDYX", "USUBJID": "P0001", "QSTESTCD": f"GAD02{place:02}", "QSTEST": "GAD02"}
            when = {"VISIT": visit, "VISITNUM": number, "QSDTC": day}
            rows.append(of | when | {"QSORRES": one, "QSCAT": "GAD-7 V2", "QSSTRESN": one})
    return to_csv(rows)


def read_files(store: Store, folder: Path) -> dict[str, pd.DataFrame]:
    order = exports.Order(topics_of(FileForm.ADAM), FileForm.ADAM, Privacy.IDENTIFIED)
    exports.write_folder(ACTOR, store, order, folder)
    return {path.stem: pd.read_csv(path, dtype={"USUBJID": str}) for path in folder.glob("*.csv")}


def check_conventions(adqs: pd.DataFrame) -> None:
    key = ["USUBJID", "PARAMCD"]
    assert not adqs.duplicated(["USUBJID", "ASEQ"]).any()
    baseline = adqs[adqs["ABLFL"] == "Y"]
    assert not baseline.duplicated(key).any()
    of = adqs.merge(baseline[[*key, "AVAL", "ADTM"]], on=key, how="left", suffixes=("", "_base"))
    pd.testing.assert_series_equal(of["BASE"], of["AVAL_base"], check_names=False)
    changed = of[of["CHG"].notna()]
    assert (changed["CHG"] == changed["AVAL"] - changed["BASE"]).all()
    assert (changed["ADTM"] > changed["ADTM_base"]).all() and (changed["ABLFL"] != "Y").all()
    assert of.loc[of["ABLFL"] == "Y", "CHG"].isna().all() and of.loc[of["AVISITN"] < 1, "CHG"].isna().all()
    percent = changed[changed["BASE"] > 0]
    assert ((percent["PCHG"] - 100 * percent["CHG"] / percent["BASE"]).abs() < 1e-9).all()
    assert not (adqs["ADY"] == 0).any()
    check_totals(adqs)


def check_totals(adqs: pd.DataFrame) -> None:
    """Of complete forms the sum of the items; the difficulty, item 10, is in none."""
    form = ["USUBJID", "PARCAT1", "ADTM"]
    answers = adqs[~adqs["PARAMCD"].isin([*TOTALS, "PHQ0110"])]
    summed = answers.groupby(form)["AVAL"].agg(["sum", "size"])
    totals = adqs[adqs["PARAMCD"].isin(TOTALS)].join(summed, on=form)
    complete = totals[totals["size"] == totals["PARAMCD"].map(TOTALS)]
    assert len(complete) and (complete["AVAL"] == complete["sum"]).all()
    assert (totals.loc[totals["DTYPE"] == "PRORATED", "size"] < 9).all()


def check_days(adqs: pd.DataFrame) -> None:
    dated = adqs[adqs["TRTSDT"].notna()]
    apart = (pd.to_datetime(dated["ADT"]) - pd.to_datetime(dated["TRTSDT"])).dt.days
    assert (dated["ADY"] == apart + (apart >= 0)).all() and {-1, 1} & set(dated["ADY"])


def test_the_demo_clinic_keeps_the_conventions(tmp_path):
    store = stores.open_store(ACTOR, make_demo(tmp_path))
    files = read_files(store, tmp_path / "adam")
    adqs, adsl, adtte = files["adqs"], files["adsl"], files["adtte"]
    check_conventions(adqs)
    check_days(adqs)
    asked = adqs[adqs["PARAMCD"] == "PHQ0110"]
    assert (asked["AVAL"] > 0).any()
    status = caseload.read_status(ACTOR, store, all_courses=True)
    first = status[(status["instrument"] == "PHQ-9") & (status["n_dosing_sessions"] > 0)]
    first = first.drop_duplicates("patient_id").set_index("patient_id")
    own = adsl.set_index("USUBJID").reindex(first.index)
    assert (own["PHQ9BL"].astype("Int64").fillna(-1) == first["baseline_total"].fillna(-1)).all()
    assert (pd.to_datetime(own["TRTSDT"]) == first["first_dose_on"]).all()
    assert adsl["USUBJID"].is_unique and len(files["adex"]) == 2983 and len(files["adae"]) > 50
    sources = adqs.set_index(["USUBJID", "ASEQ"])["ADT"]
    seen = adtte[adtte["SRCSEQ"].notna()]
    said = sources.reindex(pd.MultiIndex.from_frame(seen[["USUBJID", "SRCSEQ"]].astype({"SRCSEQ": int})))
    assert (said.to_numpy() == seen["ADT"].to_numpy()).all() and (adtte["AVAL"] >= 1).all()
    assert not adtte.duplicated(["USUBJID", "PARAMCD"]).any()
    assert adtte.loc[adtte["CNSR"] == 0, "SRCSEQ"].notna().all()


CASES = {
    "no dose, no baseline": (SHIPPED, "", [], []),
    "no dose, the first form by policy": (
        SHIPPED.replace('value = "last_before_dose"', 'value = "first_assessment"'),
        "",
        ["2012-11-16"],
        [1, 151, 181, 364],
    ),
    "a dose four days after the first form": (SHIPPED, "2012-11-20", ["2012-11-16"], [-4, 147, 177, 360]),
}


@pytest.mark.parametrize("case", CASES)
def test_a_questionnaire_of_another_system_keeps_them_too(case, tmp_path):
    policy, dose_on, baseline_on, days = CASES[case]
    store = new_store(tmp_path, is_practice=True)
    if policy != SHIPPED:
        policies.publish_policy(ACTOR, store, policy.encode(), "policy.toml", "forms without doses")
    dose = {"patient_id": "P0001", "started_at": f"{dose_on}T17:00", "dose_mg": "100"}
    given = [("patients.csv", b"patient_id,clinic_id\nP0001,north\n"), ("qs.csv", write_qs())]
    given += [("dosing_sessions.csv", to_csv([dose]))] if dose_on else []
    imports.import_files(ACTOR, store, given, are_made_up=True)
    adqs = read_files(store, tmp_path / "adam")["adqs"]
    assert len(adqs) == 4 * 8 and set(adqs["PARAMCD"]) == {*(f"GAD020{n}" for n in range(1, 8)), "GAD02TS"}
    check_conventions(adqs)
    assert sorted(set(adqs.loc[adqs["ABLFL"] == "Y", "ADT"])) == baseline_on
    total = adqs[adqs["PARAMCD"] == "GAD02TS"]
    assert total["AVAL"].tolist() == [15, 14, 13, 7] and total["ADY"].dropna().tolist() == days
    if baseline_on:
        assert total["CHG"].tolist()[1:] == [-1, -2, -8]
        assert total["CHGCAT1"].tolist()[1:] == ["NO CHANGE", "NO CHANGE", "IMPROVED"]
