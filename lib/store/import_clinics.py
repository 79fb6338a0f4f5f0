"""How many rows of an import each clinic got."""

from collections.abc import Mapping

from sqlalchemy import Connection, bindparam, insert, select, update

from lib.store.tables import import_clinic


def count_for_clinics(connection: Connection, import_key: int, by_clinic: Mapping[int, int]) -> None:
    """Rows by clinic key, beside those that each got before; two statements, however many clinics there are."""
    own = import_clinic.c.import_key == import_key
    before = set(connection.execute(select(import_clinic.c.clinic_key).where(own)).scalars())
    brought = [{"clinic": key, "n": n} for key, n in by_clinic.items()]
    more = update(import_clinic).where(own, import_clinic.c.clinic_key == bindparam("clinic"))
    more = more.values(n_accepted=import_clinic.c.n_accepted + bindparam("n"))
    first = insert(import_clinic).values(
        import_key=import_key, clinic_key=bindparam("clinic"), n_accepted=bindparam("n")
    )
    for statement, is_known in ((more, True), (first, False)):
        if rows := [row for row in brought if (row["clinic"] in before) is is_known]:
            connection.execute(statement, rows)
