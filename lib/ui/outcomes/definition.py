"""What a number means, in the words of the measure itself, and who left on the way to its denominator."""

import pandas as pd
import streamlit as st

from lib.clinical.outcomes.counting import Counted
from lib.clinical.small_cells import hide_in_list, say_count
from lib.ui import display
from lib.ui.columns import text_column
from lib.ui.display import escape
from lib.ui.outcomes.choices import Choice

# What the missing could change is said at these rates: around those that are published of at-home ketamine.
TIPPING_PERCENTS, TIPPING_LOW_PERCENTS = (30, 40, 50, 60), (1, 3, 5, 10)


def show_definition(choice: Choice, counted: Counted) -> None:
    """Numerator, denominator, steps from the start to it, source and version."""
    measure = counted.measure
    st.markdown(f"**{escape(measure.title)}**, definition version {escape(measure.version)}")
    st.markdown(f"*Counted as met:* {escape(measure.met.words)}.")
    st.markdown(f"*Of:* {escape(measure.say_denominator(counted.denominator))}")
    st.markdown(f"*When:* {escape(measure.window)}. *Source:* {escape(measure.source)}.")
    show_steps(choice, counted, key=f"steps-{measure.name}")
    st.caption(
        f"Interval: Wilson 1927, 95 %. Bounds: of everyone due, had all whose score is missing fared badly, or well. "
        f"Policy version {choice.courses.policy.version}."
    )


def show_steps(choice: Choice, counted: Counted, key: str) -> None:
    """From everyone at the start to the denominator, and what it holds."""
    telling = choice.telling
    inside = [(counted.measure.met.words, counted.met), ("not met", counted.not_met)]
    if counted.missing:
        inside.append(("counted, and a score is missing", counted.missing))
    numbers = [*counted.exits, *(n for _, n in inside)]
    hidden, is_sum_hidden = hide_in_list(numbers, telling.limit)
    told = [say_count(n, bool(hide), telling.limit) for n, hide in zip(numbers, hidden, strict=True)]
    rows = [(counted.measure.start, say_count(counted.start, is_sum_hidden, telling.limit))]
    rows += [(f"without: {step.words}", f"−{n}") for (step, _), n in zip(counted.steps(), told, strict=False)]
    rows.append(("denominator", telling.say_counts(counted.share).split(" of ")[1]))
    rows += [
        (f"of these {words}", n) for (words, _), n in zip(inside, told[len(counted.exits) :], strict=True)
    ]
    said = pd.DataFrame(rows, columns=["Step", "Courses"])
    columns = {"Step": text_column("Step", 420), "Courses": text_column("Courses", 80)}
    display.show_table(
        said, columns, key=key, alt=f"From the start to the denominator of {counted.measure.title}"
    )
