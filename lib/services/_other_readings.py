"""What a file says beside what was taken of it before."""

from dataclasses import replace

from lib.intake.choices import Question
from lib.services._offers import FileOffer
from lib.services._receipts import Receipt
from lib.services._sources import BESIDE
from lib.services._waiting import write_scope
from lib.store import imports as store_imports
from lib.store import unread_files
from lib.store.engine import Transaction

TAKE_BESIDE = "beside"


def ask_about_other_reading(connection: Transaction, file: FileOffer) -> Receipt | None:
    """The same bytes were taken, and said something else by the answers of then: which of them holds, only a person knows."""
    for offer in file.offers:
        said = (offer.digest, offer.raw.kind.name, offer.raw.digest)
        if store_imports.find_import(connection, *said, write_scope(offer.scope)):
            continue
        if earlier := unread_files.find_other_readings(connection, *said):
            text = (
                f"This file was taken before and read in another way (import {earlier[-1]}). If that reading was wrong, undo it "
                "under Past imports first. If this is another part of the file, such as another sheet, it can be taken beside it."
            )
            question = Question(BESIDE, text, {TAKE_BESIDE: "Take it beside what was taken before"})
            message = f"{file.file_name}: {text} Nothing was taken."
            receipt = Receipt(file.file_name, offer.digest, store_imports.UNANSWERED, message, offer.actor)
            return replace(receipt, questions=(question,), read_as=offer.raw.read_as, choices=file.choices)
    return None
