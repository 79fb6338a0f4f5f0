"""The notation of a planted case: days before the demo's last day, and what was recorded on them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from lib.demo.story import DEMO_LAST_DAY, Dose, Form, Row

FORM = re.compile(
    r"(?P<day>-?\d+)(?P<untimed>d?):(?P<total>\d+)(?:/(?P<item_9>[0-3-]))?(?:~(?P<n_blank>\d))?",
)
DOSE = re.compile(r"(?P<day>-?\d+):(?P<mg>\d+)(?P<status>[xp]?)")
STATUS = {"": "taken", "x": "missed", "p": "partial"}
FORM_TIME, DOSE_TIME = time(9, 20), time(18, 30)


@dataclass(frozen=True)
class Case:
    """One planted patient.

    `phq9` and `gad7`: "day:total", the total being the sum of the answered items; "/2" is item 9, "/-" leaves it blank,
    "~1" leaves one other item blank, "d" after the day leaves out the time. Without `gad7`, its totals are seven tenths of
    PHQ-9's. `doses`: "day:mg", with x for missed and p for partial. Day -3 is three days before the last day.
    `every` and `last` set columns of all taken sessions, or of the last one.
    """

    patient_id: str
    sentence: str
    phq9: str = ""
    doses: str = ""
    gad7: str | None = None
    every: Mapping[str, str] = field(default_factory=dict)
    last: dict[str, str] = field(default_factory=dict)
    regimen: str = "induction_weekly"
    has_course_row: bool = False
    totals_only: bool = False
    more_rows: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)

    def forms(self) -> tuple[Form, ...]:
        phq9 = [_form("PHQ-9", text) for text in self.phq9.split()]
        if self.gad7 is None:
            gad7 = [Form("GAD-7", form.on, form.at_time, form.total * 7 // 10) for form in phq9]
        else:
            gad7 = [_form("GAD-7", text) for text in self.gad7.split()]
        return tuple(sorted([*phq9, *gad7], key=lambda form: form.on))

    def taken_and_missed(self, calm: dict[str, str]) -> tuple[Dose, ...]:
        """The sessions; the last one taken has the `calm` readings where the case says nothing else."""
        doses = [_dose(text) for text in self.doses.split()]
        last = max((number for number, dose in enumerate(doses) if dose.counts), default=None)
        return tuple(
            Dose(
                dose.at,
                dose.prescribed_mg,
                dose.status,
                self._recorded(dose, calm | self.last if number == last else {}),
            )
            for number, dose in enumerate(doses)
        )

    def _recorded(self, dose: Dose, of_the_last: dict[str, str]) -> dict[str, str]:
        return {**self.every, **of_the_last} if dose.counts else {}


def _form(instrument: str, text: str) -> Form:
    found = _match(FORM, text)
    on = DEMO_LAST_DAY + timedelta(days=int(found["day"]))
    item_9 = None if found["item_9"] == "-" else int(found["item_9"] or 0)
    at_time = None if found["untimed"] else FORM_TIME
    return Form(instrument, on, at_time, int(found["total"]), item_9, int(found["n_blank"] or 0))


def _dose(text: str) -> Dose:
    found = _match(DOSE, text)
    on = DEMO_LAST_DAY + timedelta(days=int(found["day"]))
    return Dose(datetime.combine(on, DOSE_TIME), int(found["mg"]), STATUS[found["status"]])


def _match(pattern: re.Pattern[str], text: str) -> re.Match[str]:
    found = pattern.fullmatch(text)
    if not found:
        raise ValueError(f"A planted case says {text!r}, which is not the notation of lib/demo/case.py.")
    return found
