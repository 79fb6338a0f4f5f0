"""The demo clinic in SQLite and in PostgreSQL: whatever is asked, both say the same."""

import io

import pytest
import shared_server
from built_stores import copy_of
from clinic_files import ACTOR

from lib.research.choices import TOPICS, FileForm, Privacy
from lib.services import exports, stores
from lib.services.access import Actor, Permission
from lib.services.errors import Store

ONE_CLINIC = Actor("of one clinic", frozenset(Permission), frozenset({"main"}))


@pytest.fixture(scope="module")
def demos(tmp_path_factory) -> list[Store]:
    folder, found = tmp_path_factory.mktemp("demos"), []
    for database in ("sqlite", "postgresql"):
        with shared_server.asked_for(database):
            found.append(copy_of("demo", folder / "demo.sqlite", lambda url: stores.load_demo(ACTOR, url)))
    return found


def exported(actor: Actor, store: Store, privacy: Privacy) -> bytes:
    said = io.BytesIO()
    exports.write_zip(actor, store, exports.Order(TOPICS, FileForm.TIDY, privacy), said)
    return said.getvalue()
