"""What was put together once is sent again for the same reading alone: not for another patient, range or state of the records."""

import ui_stores
from ui_pages import column, run

from lib.services import imports, stores
from lib.ui import patient_chart

FILES = {
    "patients.csv": ui_stores.patients("first,AA", "second,BB"),
    "assessments.csv": ui_stores.phq9(("first", 60, "222222220"), ("second", 20, "111111110")),
    "dosing_sessions.csv": ui_stores.sessions(("first", 5, 100), ("second", 5, 150)),
}


def charts(test) -> list[str]:
    return [chart.proto.spec for chart in test.get("plotly_chart")]


def test_each_patient_has_the_own_chart_and_table_however_often_one_switches(open_page, tmp_path):
    url = ui_stores.make_clinic(tmp_path, FILES)
    drawn = {key: charts(open_page("patient", url, patient=key)) for key in ("1", "2")}
    assert drawn["1"] != drawn["2"]
    for key, dose in (("1", "100"), ("2", "150"), ("1", "100"), ("2", "150")):
        again = open_page("patient", url, patient=key)
        assert charts(again) == drawn[key]
        assert column(again, "Dose")[0].startswith(dose)


def test_a_run_that_changes_nothing_builds_no_figure(open_page, tmp_path, monkeypatch):
    test = open_page("patient", ui_stores.make_clinic(tmp_path, FILES), patient="1")
    built, plot = [], patient_chart.draw_patient
    monkeypatch.setattr(patient_chart, "draw_patient", lambda *args: built.append(args) or plot(*args))
    before = charts(test)
    assert charts(run(test)) == before and not built
    test.query_params["range"] = "6-weeks"
    assert charts(run(test)) != before and len(built) == 1


def test_a_changed_record_is_drawn_anew(open_page, tmp_path):
    url = ui_stores.make_clinic(tmp_path, FILES)
    test = open_page("patient", url, patient="1")
    before = charts(test)
    store = stores.open_store(ui_stores.ACTOR, url)
    more = ui_stores.sessions(("first", 1, 175)).encode()
    imports.import_files(ui_stores.ACTOR, store, [("dosing_sessions.csv", more)])
    run(test)
    assert charts(test) != before
    assert column(test, "Dose")[0].startswith("175")
