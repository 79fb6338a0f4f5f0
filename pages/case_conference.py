"""The queue one patient at a time, for several people before one screen; what is said is typed live, and downloaded after."""

from lib.ui import access, conference, patient_chart, patient_header, patient_page, queue_place

access.require("case_conference")

patient = conference.take_patient()
if patient is None:
    conference.show_empty()
else:
    with patient_page.begin_page(patient):
        patient_header.show_header(patient, queue_place.find_place(patient.patient_key))
        conference.choose_list()
        conference.show_reasons(patient)
        patient_chart.show_chart(patient, patient_chart.choose_options(patient.policy))
        conference.show_review(patient)
        conference.ask_note(patient)

conference.show_minutes()
