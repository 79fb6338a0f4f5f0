"""A policy of an earlier release gets exactly what it lacks; what the clinic wrote stays, to the letter."""

import tomllib

import pytest
from policy_texts import SHIPPED, of_the_clinic, without_key, without_table

from lib.clinical.policy import PolicyError, parse_policy
from lib.clinical.policy_completion import complete_policy, parse_earlier_policy

SAYS = tomllib.loads(SHIPPED)
KEYS = [(table, key) for table, said in SAYS.items() for key in said]


def test_what_lacks_nothing_is_left_alone():
    completion = complete_policy(of_the_clinic(), SHIPPED)
    assert completion.text == of_the_clinic() and completion.added == ()


@pytest.mark.parametrize("table", SAYS)
def test_a_table_that_lacks_is_added_as_it_ships(table):
    completion = complete_policy(without_table(table), SHIPPED)
    assert completion.added == (f"[{table}]",)
    assert tomllib.loads(completion.text) == SAYS


@pytest.mark.parametrize(("table", "key"), KEYS)
def test_a_key_that_lacks_is_added_as_it_ships(table, key):
    completion = complete_policy(without_key(table, key), SHIPPED)
    assert completion.added == (f"[{table}] {key}",)
    assert tomllib.loads(completion.text) == SAYS


def test_all_that_lacks_is_added_at_once_and_the_clinics_own_lines_stay():
    old = without_key("display", "chart_gap_days", without_table("sedation", of_the_clinic()))
    old = without_table("pharmacokinetics", old)
    completion = complete_policy(old, SHIPPED)
    assert set(completion.added) == {"[display] chart_gap_days", "[sedation]", "[pharmacokinetics]"}
    assert set(old.splitlines()) <= set(completion.text.splitlines())
    assert parse_policy(completion.text.encode(), "old.toml", 2).courses.gap_days == 60
    assert complete_policy(completion.text, SHIPPED).added == ()


@pytest.mark.parametrize("table", [name for name, said in SAYS.items() if len(said) > 8])
def test_a_table_that_has_only_its_header_gets_every_key(table):
    old = SHIPPED
    for _, key in [one for one in KEYS if one[0] == table]:
        old = without_key(table, key, old)
    completion = complete_policy(old, SHIPPED)
    assert tomllib.loads(completion.text) == SAYS
    assert len(completion.added) == len(SAYS[table])


# How a table may be written besides the way the product does.
WRITTEN = {
    "header with spaces and a remark": ("[display]\n", " [ display ]  # the screens\n"),
    "quoted header": ("[display]\n", '["display"]\n'),
    "lines of Windows": ("\n", "\r\n"),
}


@pytest.mark.parametrize("way", WRITTEN)
def test_a_key_finds_its_table_however_it_is_written(way):
    completion = complete_policy(without_key("display", "chart_gap_days").replace(*WRITTEN[way]), SHIPPED)
    assert tomllib.loads(completion.text) == SAYS


def test_a_key_finds_a_table_within_braces_and_one_of_dotted_keys():
    rest = without_table("display")
    said = [line for line in SHIPPED[SHIPPED.index("[display]") :].split("\n[")[0].splitlines()[1:] if line]
    kept = [line for line in said if not line.startswith("chart_gap_days")]
    braces = f"display = {{{', '.join(kept)}}}\n{rest}"
    dotted = "\n".join(f"display.{line}" for line in kept) + f"\n{rest}"
    for text in (braces, dotted):
        assert tomllib.loads(complete_policy(text, SHIPPED).text) == SAYS


def test_a_header_within_a_text_takes_no_key():
    old = without_key("display", "chart_gap_days").replace(
        'title = "What the screens draw"', 'title = """\n[display]\nWhat the screens draw"""'
    )
    completion = complete_policy(old, SHIPPED)
    assert tomllib.loads(completion.text)["display"]["title"] == "[display]\nWhat the screens draw"
    assert tomllib.loads(completion.text)["display"]["chart_gap_days"]["value"] == 28


def test_an_earlier_version_says_only_what_it_said():
    old = without_key("display", "chart_gap_days", without_table("sedation", of_the_clinic()))
    policy = parse_earlier_policy(old, SHIPPED, 4)
    assert policy.version == 4 and policy.courses.gap_days == 60
    assert "sedation" not in policy.notes and "chart_gap_days" not in policy.notes["display"].numbers
    assert policy.notes["courses"].numbers["gap_days"].value == 60


def test_what_is_no_toml_is_refused():
    with pytest.raises(PolicyError, match="not TOML"):
        complete_policy("[courses", SHIPPED)
