"""Which record a row is, and which version of it."""

from hashlib import blake2b

import pytest
from intake.examples import cases, check, directory

HEADER = "patient_id,started_at,dose_mg,status,note,recorded_at"
FIRST = "007,2026-03-01T10:00,100,taken,,"

SECOND = cases("""
    same row             | 007,2026-03-01T10:00,100,taken,,           | repeated
    same values, spelled | 007,2026-03-01 15:00Z,0100.0,Taken,,       | repeated
    recorded_at added    | 007,2026-03-01T10:00,100,taken,,2026-03-02 | repeated
    another patient      | 8,2026-03-01T10:00,100,taken,,             | another
    another time         | 007,2026-03-01T10:01,100,taken,,           | another
    no time of day       | 007,2026-03-01,100,taken,,                 | another
    another dose         | 007,2026-03-01T10:00,101,taken,,           | two versions
    a note added         | 007,2026-03-01T10:00,100,taken,x,          | two versions
    a value missing      | 007,2026-03-01T10:00,100,,,                | two versions
    bad dose             | 007,2026-03-01T10:00,100 mg,taken,,        | rejected
""")


@pytest.mark.parametrize("is_first", [True, False], ids=["first", "second"])
@pytest.mark.parametrize(("row", "expected"), SECOND)
def test_two_rows_of_one_file(row: str, expected: str, *, is_first: bool) -> None:
    rows = [row, FIRST] if is_first else [FIRST, row]
    checked = check("\n".join([HEADER, *rows]), directory("007@north 8@north"))
    counts = (len(checked.accepted), checked.n_repeated, checked.problems["code"].tolist())
    assert (
        counts
        == {
            "repeated": (1, 1, []),
            "another": (2, 0, []),
            "two versions": (0, 0, ["two-versions"] * 2),
            "rejected": (1, 0, ["not-a-number"]),
        }[expected]
    )


def test_a_row_that_contradicts_a_held_one_is_held_too() -> None:
    header = "patient_id,instrument,assessed_at," + ",".join(f"item_{n}" for n in range(1, 8)) + ",total"
    rows = ["007,GAD-7,2026-03-01,1,1,1,1,1,1,1,7", "007,GAD-7,2026-03-01,1,1,1,1,1,1,1,8"]
    checked = check("\n".join([header, *rows]))
    assert checked.problems["code"].tolist() == ["two-versions", "total-differs"]


def test_three_rows_two_of_them_alike_are_all_held() -> None:
    checked = check("\n".join([HEADER, FIRST, FIRST, FIRST.replace("100", "200")]))
    assert (len(checked.accepted), checked.n_repeated, len(checked.problems)) == (0, 0, 3)


def test_of_repeated_rows_the_one_recorded_first_is_taken() -> None:
    rows = [FIRST, FIRST + "2026-03-03", FIRST + "2026-03-02", FIRST]
    checked = check("\n".join([HEADER, *rows]))
    assert (checked.accepted["line"].tolist(), checked.n_repeated) == ([4], 3)


def test_hashes_are_the_same_in_every_version_of_this_program() -> None:
    (row,) = check(f"{HEADER}\n{FIRST}\n").accepted.to_dict("records")
    key = "clinic_id=north|patient_id=007|started_at_day=20513|started_at_second=36000|"
    assert row["key_hash"] == hash_of(key) == -7537545973631044595
    assert row["value_hash"] == hash_of("dose_mg=100.0|status=taken|")


def hash_of(text: str) -> int:
    digest = blake2b(text.replace("|", "\x1f").encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def test_a_column_that_is_absent_is_one_that_is_empty() -> None:
    full = check(f"{HEADER}\n{FIRST}\n").accepted
    short = check("status,dose_mg,patient_id,started_at\ntaken,100,007,2026-03-01T10:00\n").accepted
    for name in ("key_hash", "value_hash"):
        assert full[name].tolist() == short[name].tolist()


def test_line_ends_inside_a_text_do_not_make_another_version() -> None:
    text = f'{HEADER}\n007,2026-03-01T10:00,100,taken,"a\nb",\n'
    other = text.replace("\n", "\r\n")
    assert check(text).accepted["value_hash"].tolist() == check(other).accepted["value_hash"].tolist()


def test_a_kind_without_values_has_one_version() -> None:
    checked = check("patient_id,started_on\n007,2026-03-01\n007,2026-03-01\n8,2026-03-01\n")
    assert (len(checked.accepted), checked.n_repeated) == (2, 1)
    assert checked.accepted["key_hash"].nunique() == 2
    assert checked.accepted["value_hash"].nunique() == 1
