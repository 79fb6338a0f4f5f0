"""What a number means, in the words of the measure itself, and who left on the way to its denominator."""

import pandas as pd
import streamlit as st

from lib.clinical.outcomes.counting import Counted
from lib.clinical.outcomes.told import NOT_TOLD
from lib.clinical.small_cells import Flow, hide_in_flows, hide_in_list, say_count
from lib.ui import display
from lib.ui.columns import text_column
from lib.ui.display import escape
from lib.ui.outcomes.choices import Choice

# What the missing could change is said at these rates: around those that are published of at-home ketamine.
TIPPING_PERCENTS, TIPPING_LOW_PERCENTS = (30, 40, 50, 60), (1, 3, 5, 10)


def show_definition(choice: Choice, counted: Counted, *, with_counts: bool = True) -> None:
    """Numerator, denominator, steps from the start to it, source and version."""
    measure = counted.measure
    st.markdown(f"**{escape(measure.title)}**, definition version {escape(measure.version)}")
    st.markdown(f"*Counted as met:* {escape(measure.met.words)}.")
    st.markdown(f"*Of:* {escape(measure.say_denominator(counted.denominator))}")
    st.markdown(f"*When:* {escape(measure.window)}. *Source:* {escape(measure.source)}.")
    show_steps(choice, counted, key=f"steps-{measure.name}", with_counts=with_counts)
    st.caption(
        f"Interval: Wilson 1927, 95 %. Bounds: of everyone due, had all whose score is missing fared badly, or well. "
        f"Policy version {choice.courses.policy.version}."
    )


def show_steps(choice: Choice, counted: Counted, key: str, *, with_counts: bool = True) -> None:
    """From everyone at the start to the denominator, and what it holds."""
    if not with_counts:
        st.caption("Its counts are not told: beside those of another rate they would tell a small group.")
        return
    measure, limit = counted.measure, choice.telling.limit
    inside = [(measure.met.words, counted.met), ("not met", counted.not_met)]
    if counted.missing:
        inside.append(("counted, and a score is missing", counted.missing))
    # Start and denominator are told, so that who left, and who is in it, are sums that are known.
    out, is_start_hidden = _tell_all(list(counted.exits), limit)
    held, is_total_hidden = _tell_inside(counted.met, [n for _, n in inside[1:]], limit)
    rows = [(measure.start, NOT_TOLD if is_start_hidden else f"{counted.start:,}")]
    rows += [(f"without: {step.words}", f"−{n}") for (step, _), n in zip(counted.steps(), out, strict=True)]
    rows.append(("denominator", say_count(counted.total, is_total_hidden, limit)))
    rows += [(f"of these {words}", n) for (words, _), n in zip(inside, held, strict=True)]
    said = pd.DataFrame(rows, columns=["Step", "Courses"])
    columns = {"Step": text_column("Step", 420), "Courses": text_column("Courses", 80)}
    display.show_table(said, columns, key=key, alt=f"From the start to the denominator of {measure.title}")


def _tell_all(numbers: list[int], limit: int) -> tuple[list[str], bool]:
    """Counts whose sum is told too, and whether it is not."""
    hidden, is_sum_hidden = hide_in_list(numbers, limit)
    return [say_count(n, bool(hide), limit) for n, hide in zip(numbers, hidden, strict=True)], is_sum_hidden


def _tell_inside(met: int, rest: list[int], limit: int) -> tuple[list[str], bool]:
    """Who is met, and each of the rest; and whether their sum is not told. All who are not met are a count too, which the rate
    hides where it is small."""
    flows = [Flow("all", "end", met), Flow("all", "rest", sum(rest)), *(Flow("rest", "end", n) for n in rest)]
    hidden = hide_in_flows([*flows, Flow("end", "all", met + sum(rest), is_total=True)], limit).tolist()
    numbers = zip([met, *rest], [hidden[0], *hidden[2:-1]], strict=True)
    return [say_count(n, hide, limit) for n, hide in numbers], hidden[-1]
