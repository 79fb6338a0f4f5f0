"""How old the data are: what every screen says above its numbers."""

from dataclasses import dataclass
from datetime import date

import pandas as pd

from lib.clinical.policy import Policy
from lib.clinical.wording import say_day
from lib.services import _clock
from lib.services._scope import clinic_keys
from lib.services._store_kind import is_demo, is_synthetic
from lib.services.access import Actor
from lib.store.engine import Transaction
from lib.store.freshness import read_last_records
from lib.store.imports import read_held_rows


@dataclass(frozen=True)
class Freshness:
    """silent: clinics without a record for too long (clinic_id, days; None: no record at all), whose "0" would be a guess."""

    as_of: date
    data_to: str
    silent: tuple[tuple[str, int | None], ...]
    n_unread_rows: int
    is_synthetic: bool
    is_demo: bool

    @property
    def is_stale(self) -> bool:
        return bool(self.silent)

    @property
    def text(self) -> str:
        parts = [f"data to {self.data_to}" if self.data_to else "no data yet"]
        parts += [
            f"clinic {name} silent {days} days" if days is not None else f"clinic {name}: no data yet"
            for name, days in self.silent
        ]
        if self.n_unread_rows:
            parts.append(f"{self.n_unread_rows:,} unread row{'' if self.n_unread_rows == 1 else 's'}")
        return " · ".join(parts)


def measure_freshness(connection: Transaction, actor: Actor, policy: Policy, as_of: date) -> Freshness:
    """The newest assessment or dosing session of each clinic in scope, and the rows that wait."""
    scope = clinic_keys(connection, actor)
    last = read_last_records(connection, scope)
    age = _clock.day_number(as_of) - last["day"]
    is_silent = last["day"].isna() | (age > policy.display.silent_after_days)
    silent = tuple(
        (str(name), None if pd.isna(days) else int(days))
        for name, days in zip(last.loc[is_silent, "clinic_id"], age[is_silent], strict=True)
    )
    newest = last.sort_values(["day", "second"], na_position="first").tail(1)
    return Freshness(
        as_of=as_of,
        data_to=_say_moment(newest["day"].iloc[0], newest["second"].iloc[0]) if len(newest) else "",
        silent=silent,
        n_unread_rows=len(read_held_rows(connection, scope)),
        is_synthetic=is_synthetic(connection),
        is_demo=is_demo(connection),
    )


def _say_moment(day: float, second: float) -> str:
    if pd.isna(day):
        return ""
    moment = pd.Timestamp(0) + pd.Timedelta(days=int(day))
    words = say_day(moment)
    return words if pd.isna(second) else f"{words} {int(second) // 3600:02d}:{int(second) % 3600 // 60:02d}"
