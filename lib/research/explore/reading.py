"""A fitted model in plain sentences, and what it cannot say."""

from lib.clinical.instruments import BY_CODE
from lib.clinical.small_cells import say_count
from lib.research.explore.mixed_model import INTERCEPT, Estimate, Model
from lib.research.explore.repeated import Repeated

LIMITS = (
    "There is no comparison group: the change holds treatment, time, and that people begin when they are at their worst.",
    "Missing totals are taken to be explained by the baseline, the site and the totals that are there (missing at random). "
    "Whether that is so cannot be seen in the data; Bounds and Who is missing show how much hangs on it.",
    "Sessions stand for time; their days differ between patients. A patient's doses are not in the model: the next dose is "
    "chosen by how somebody responded.",
    "Intervals are normal ones, and too narrow with few patients.",
)
TOO_FEW = (
    "Too few repeated totals for a model: it needs two sessions after which enough patients have a total, and patients with more "
    "than one."
)


def read_model(model: Model, instrument: int, limit: int) -> list[str]:
    """Sentences in order: whether it can be read, what it says, of how much. No numbers where it did not converge."""
    said = [_say_convergence(model)]
    if model.is_converged:
        said += [_say_change(model, BY_CODE[instrument].name), _say_baseline(model.baseline)]
    return [*said, say_size(model.repeated, limit), *_say_sites(model)]


def _say_convergence(model: Model) -> str:
    if not model.is_converged:
        return "The model did not converge: its numbers mean nothing and are not shown."
    if model.random == INTERCEPT:
        return (
            "With a random intercept and slope the model did not converge. What is shown has a random intercept alone: patients "
            "differ in level, and not in how fast they change."
        )
    if model.is_at_edge:
        return (
            "The model converged, with a random variance at its edge, 0: the data hardly tell how patients differ in level or in "
            "slope. Means hold; the variances are not to be read."
        )
    return "The model converged."


def _say_change(model: Model, name: str) -> str:
    visits = list(model.means.items())
    (first, early), (last, late) = visits[0], visits[-1]
    low, high = late.interval
    side = "lower" if high < 0 else "higher"
    said = (
        f"whether {name} differs from the baseline cannot be told"
        if low <= 0 <= high
        else f"{name} is on average {say_points(abs(late.value))} points {side} than at baseline"
    )
    return (
        f"After session {last} {said} (change {say_estimate(late)}); after session {first} the change is {say_estimate(early)}. "
        "That is at the mean baseline of these patients and their mix of sites; below 0 is better."
    )


def _say_baseline(one: Estimate) -> str:
    return (
        f"For each point more at baseline the change is {say_points(one.value, 2)} ({_say_interval(one, 2)}): that higher "
        "baselines fall further is partly regression to the mean."
    )


def say_size(repeated: Repeated, limit: int) -> str:
    """limit: the largest count that is not told."""

    def say(n: int, one: str) -> str:
        return f"{say_count(n, 0 < n <= limit, limit)} {one if n == 1 else f'{one}s'}"

    out = ", ".join(str(visit) for visit in repeated.left_out)
    left = f" Left out, with too few totals: after session {out}." if out else ""
    return (
        f"{say(len(repeated.change), 'total')} of {say(repeated.n_patients, 'patient')}; missing of the same patients, though "
        f"due at these sessions: {say(repeated.n_missing, 'total')}. {say(repeated.n_without, 'patient')} with a baseline and no "
        f"total after any of them: in no number here.{left}"
    )


def _say_sites(model: Model) -> list[str]:
    if model.has_sites or len(set(model.repeated.site.tolist())) == 1:
        return []
    return ["The sites could not be told from the rest of the model, and are not in it."]


def say_estimate(one: Estimate) -> str:
    """−7.1, 95 % interval −8.0 to −6.2."""
    return f"{say_points(one.value)}, {_say_interval(one)}"


def _say_interval(one: Estimate, digits: int = 1) -> str:
    low, high = one.interval
    return f"95 % interval {say_points(low, digits)} to {say_points(high, digits)}"


def say_points(value: float, digits: int = 1) -> str:
    """With a true minus sign, and none before a zero."""
    said = f"{value:.{digits}f}"
    return said.lstrip("-") if float(said) == 0 else said.replace("-", "−")
