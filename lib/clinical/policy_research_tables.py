"""The policy's tables of research (how many people have to share a value before it leaves, how long a release is kept) and of
how long records are kept."""

from dataclasses import dataclass

from lib.clinical.policy_tables import within


@dataclass(frozen=True)
class Research:
    """smallest_class: k, people who share all traits of a row-level file, and any value in it. round_to: shown counts of an
    aggregate release are multiples of it (the smallest count is outcomes.smallest_count). band_years, oldest_band: of ages.
    twin_people: of a synthetic twin. keep_days: after which a release has expired. differs_below: a release that differs from
    an older one by fewer patients is warned of."""

    smallest_class: int = within(5, 100)
    round_to: int = within(1, 10)
    band_years: int = within(5, 30)
    oldest_band: int = within(60, 90)
    twin_people: int = within(0, 5_000)
    keep_days: int = within(1, 3_650)
    differs_below: int = within(2, 100)


@dataclass(frozen=True)
class Retention:
    """patient_years: after a patient was last heard of. sign_in_days: after a sign-in was over."""

    patient_years: int = within(6, 100)
    sign_in_days: int = within(1, 3_650)
