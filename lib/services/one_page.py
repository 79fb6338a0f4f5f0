"""One patient on one page of paper, to take along."""

from dataclasses import replace

from lib.charts.options import ChartOptions
from lib.charts.patient import plot_patient
from lib.charts.picture import draw_picture
from lib.charts.theme import LIGHT
from lib.clinical.wording import say_day
from lib.printing.one_page import write_one_page
from lib.printing.sheet import Sheet
from lib.services._audit import Act, note_reading
from lib.services._sheet import describe_sheet
from lib.services.access import Actor, Permission, permitted
from lib.services.decisions import read_decisions
from lib.services.patients import PatientPage, read_patient
from lib.store.engine import Store


@permitted(Permission.SEE_PATIENTS)
def print_one_page(actor: Actor, store: Store, patient_key: int, browser: str) -> bytes:
    """The PDF, read and drawn now. browser: draws the figure. Raises NotFoundError."""
    page = read_patient(actor, store, patient_key)
    figure = plot_patient(page.history, LIGHT, ChartOptions.of(page.policy))

    def draw(width: float, height: float) -> bytes:
        return draw_picture(figure, browser, width / height)

    data = write_one_page(_describe(actor, store, page), page.history.as_of, draw)
    note_reading(actor, store, Act.PRINT, patient_key=patient_key)
    return data


@permitted(Permission.SEE_PATIENTS)
def read_sheet(actor: Actor, store: Store, patient_key: int) -> Sheet:
    """What stands on the page, in words. Raises NotFoundError."""
    return _describe(actor, store, read_patient(actor, store, patient_key))


def _describe(actor: Actor, store: Store, page: PatientPage) -> Sheet:
    signed = read_decisions(actor, store, page.patient_key).signed
    sheet = describe_sheet(page, signed)
    if store.known_on is None:
        return sheet
    known = f"As known on {say_day(store.known_on)}: what arrived later is not here"
    return replace(sheet, about=f"{known} · {sheet.about}")
