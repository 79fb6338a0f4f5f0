"""Dosing sessions that lie ahead, where the clinic writes its plans down."""

from __future__ import annotations

from datetime import timedelta

from lib.demo.story import DEMO_LAST_DAY, Row, Story, is_within_demo, moment

# One of the three keeps its appointments elsewhere: there only the ordered interval says when the next dose is due.
WITHOUT_PLANS = "lakeside"
FARTHEST_DAYS = 28


def planned_rows(story: Story) -> list[Row]:
    """The next session, as long after the last as that was after the one before. Nothing is drawn by chance."""
    clinic = story.person.clinic
    if story.is_daily or story.ended_on or len(story.taken) < 2 or clinic.clinic_id == WITHOUT_PLANS:
        return []
    before, last = story.taken[-2:]
    at = last.at + timedelta(days=(last.at.date() - before.at.date()).days)
    if is_within_demo(at.date()) or (at.date() - DEMO_LAST_DAY).days > FARTHEST_DAYS:
        return []
    # As the order stands: nobody has changed it since.
    how = {"prescribed_mg": str(story.doses[-1].prescribed_mg), "drug": "racemic_ketamine"}
    how |= {"formulation": clinic.formulation, "route": "sublingual", "protocol": clinic.protocol}
    return [{"patient_id": story.person.patient_id, "started_at": moment(at), **how, "status": "planned"}]
