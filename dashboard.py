"""Start here: streamlit run dashboard.py. The table of pages, what stands around each, and the page that is asked for."""

from lib.ui import opening, shell, turns

PAGES = {
    "Care": [
        ("review_queue", "Review queue"),
        ("patient", "Patient"),
        ("caseload", "Caseload"),
        ("dosing_next", "Dosing next"),
        ("case_conference", "Case conference"),
    ],
    "Outcomes": [
        ("clinic_outcomes", "Clinic outcomes"),
        ("operations", "Operations"),
        ("monthly_pack", "Monthly pack"),
    ],
    "Research": [
        ("cohort", "Cohort"),
        ("explore", "Explore"),
        ("research_export", "Export"),
        ("verify_export", "Verify a release"),
    ],
    "Administration": [
        ("import_records", "Import"),
        ("data_quality", "Data quality"),
        ("rules", "Rules"),
        ("audit", "Audit"),
        ("how_it_works", "How it works"),
        ("users", "Users"),
    ],
}

with turns.take_turn():
    shell.set_up()
    opening.follow_click()
    page = shell.choose_page(PAGES)
    shell.show_around()
    shell.run(page)
