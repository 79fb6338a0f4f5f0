"""The mixed model: fitted when it is asked for, read in sentences, with what it cannot say."""

import streamlit as st

from lib.charts.clinic.adjusted_means import (
    AdjustedMeans,
    MeanChange,
    describe_adjusted_means,
    plot_adjusted_means,
)
from lib.research.explore.mixed_model import SLOPE, Model, can_fit, fit_model
from lib.research.explore.reading import LIMITS, TOO_FEW, read_model, say_size
from lib.research.explore.repeated import Repeated, build_design, gather_repeated
from lib.ui import address, display
from lib.ui.drawn_once import make_once
from lib.ui.explore.choices import Choice
from lib.ui.explore.footing import show_figure, show_footing

_FIT = "fit"


def show_model(choice: Choice) -> None:
    st.markdown(
        f"**{choice.asked.name}: change ~ baseline + visit + site**, a random intercept and slope for each patient, REML. Visits "
        "are dosing sessions, as categories; daily low-dose courses are not in it."
    )
    policy = choice.studied.policy
    repeated = gather_repeated(
        choice.studied, choice.asked.instrument, policy, policy.outcomes.smallest_count
    )
    if not can_fit(repeated):
        display.show_empty(f"{TOO_FEW} {say_size(repeated, choice.limit)}")
        return
    if address.read(_FIT) != "yes":
        st.caption(f"{say_size(repeated, choice.limit)} Fitting takes a few seconds.")
        st.button(
            "Fit the model",
            key="explore-fit",
            type="primary",
            on_click=address.write,
            args=(_FIT, "yes"),
        )
        return
    _show_fitted(choice, repeated)


def _show_fitted(choice: Choice, repeated: Repeated) -> None:
    with st.spinner("Fitting the model …"):
        name = f"model-{choice.asked.instrument}"
        model: Model = make_once(choice.studied, name, lambda: fit_model(repeated))
    first, *others = read_model(model, choice.asked.instrument, choice.limit)
    (st.success if model.is_converged and not (model.tried or model.is_at_edge) else st.warning)(
        first, icon=":material/functions:"
    )
    if model.is_converged:
        data = AdjustedMeans(choice.asked.name, [_mean(model, visit) for visit in model.means])
        show_figure(
            choice,
            "model",
            lambda theme: (plot_adjusted_means(data, theme), describe_adjusted_means(data)),
        )
    st.markdown("\n".join(f"- {sentence}" for sentence in others))
    st.markdown("**What it cannot say**\n" + "\n".join(f"- {sentence}" for sentence in LIMITS))
    code = choice.snippets.model(repeated, build_design(repeated).names[1:], has_slope=model.random == SLOPE)
    show_footing(choice, code, "after every session with enough totals")


def _mean(model: Model, visit: int) -> MeanChange:
    one = model.means[visit]
    return MeanChange(visit, one.n, one.value, *one.interval)
