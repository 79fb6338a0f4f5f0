"""Frames put together of arrays are those that pandas makes of the same columns, type by type: what it does inside may change."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from lib.clinical.held_columns import arrays_of, beside, frame_of, in_order, pick, rename, typed
from lib.clinical.plain_rows import rows_of

LISTS = {
    "whole": [1, 2, 3],
    "some": [1, None, 3],
    "number": [1.5, 2.5, 3.5],
    "mixed": [1, 2.5, None],
    "words": ["a", "b", "c"],
    "some_words": ["a", None, "c"],
    "nothing": [None, None, None],
    "yes_no": [True, False, True],
    "others": [date(2026, 1, 1), "a", 3],
}
ARRAYS = {
    "on": np.array(["2026-01-01", "NaT", "2026-01-03"], dtype="datetime64[us]"),
    "day": np.array(["2026-01-01", "NaT", "2026-01-03"], dtype="datetime64[s]"),
    "known": pd.array([1, None, 3], dtype="Int64"),
    "share": pd.array([0.5, None, 1.5], dtype="Float64"),
    "is_so": pd.array([True, None, False], dtype="boolean"),
    "text": pd.array(["a", None, "c"], dtype=pd.StringDtype()),
    "float": np.array([1.0, np.nan, 3.0]),
}


def made() -> pd.DataFrame:
    return frame_of({name: typed(values) for name, values in LISTS.items()} | ARRAYS)


def by_pandas() -> pd.DataFrame:
    return pd.DataFrame(LISTS | ARRAYS)


def test_made_of_arrays_is_as_pandas_makes_it() -> None:
    pd.testing.assert_frame_equal(made(), by_pandas(), check_column_type=True)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_has_the_type_that_pandas_gives_it(name: str) -> None:
    for values in (LISTS[name], LISTS[name][:1], []):
        expected = pd.DataFrame({"one": values})
        pd.testing.assert_frame_equal(frame_of({"one": typed(values)}), expected)


def test_beside_is_assign() -> None:
    new = {"whole": np.array([7, 8, 9]), "more": pd.array([1, None, 2], dtype="Int64")}
    frame = by_pandas().set_axis([4, 5, 7])
    expected = frame.assign(**{name: pd.Series(values, frame.index) for name, values in new.items()})
    pd.testing.assert_frame_equal(beside(frame, new), expected)
    assert frame["whole"].tolist() == [1, 2, 3]
    renamed = frame.rename(columns={"whole": "first"})
    pd.testing.assert_frame_equal(rename(frame, {"whole": "first"}), renamed)
    pd.testing.assert_frame_equal(beside(frame, {}, renamed={"whole": "first"}), renamed)


def test_picked_rows_are_those_that_pandas_picks() -> None:
    frame, which = by_pandas(), np.array([True, False, True])
    pd.testing.assert_frame_equal(pick(made(), which), frame[which])
    pd.testing.assert_frame_equal(pick(made(), np.array([2, 0])), frame.iloc[[2, 0]])


def test_in_order_is_a_stable_sort() -> None:
    frame = frame_of({"by": np.array([2, 1, 2, 1]), "place": np.arange(4)})
    expected = frame.sort_values("by", kind="stable", ignore_index=True)
    pd.testing.assert_frame_equal(in_order(frame, frame["by"].to_numpy()), expected)
    pd.testing.assert_frame_equal(in_order(expected, expected["by"].to_numpy()), expected)


def test_rows_are_those_of_pandas_with_none_for_na() -> None:
    rows, expected = rows_of(made()), by_pandas().to_dict("records")
    for row, other in zip(rows, expected, strict=True):
        for name, value in other.items():
            found = row[name]
            if value is pd.NA:
                assert found is None
            elif pd.isna(value):
                assert pd.isna(found)
            else:
                assert (type(found), found) == (type(value), value)
    assert list(arrays_of(made(), ("text", "on"))) == ["text", "on"]
    assert rows_of(made().iloc[:0]) == []


def test_what_is_changed_in_one_frame_stays_as_it_was_in_another() -> None:
    arrays = {"n": np.array([1, 2, 3]), **ARRAYS}
    one, other = frame_of(arrays), beside(frame_of(arrays), {})
    for name, value in (
        ("n", 9),
        ("on", pd.Timestamp("2026-02-02")),
        ("known", 9),
        ("float", 9.0),
        ("text", "z"),
    ):
        one.loc[0, name] = value
        one.iloc[1, one.columns.get_loc(name)] = value
    pd.testing.assert_frame_equal(other, pd.DataFrame(arrays))
    assert arrays["n"].tolist() == [1, 2, 3] and arrays["float"][0] == 1.0 and arrays["known"][0] == 1
