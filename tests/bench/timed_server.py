"""Streamlit's own server of the dashboard, with a stop-watch: for each run of the script, how long it and its parts took.

A run is all that Streamlit does for it on the script's thread: from the request until the messages are queued and the run is
tidied up. One line of JSON a run, name -> milliseconds. Parts may lie in one another.
"""

import json
import sys
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from pathlib import Path
from time import perf_counter, thread_time
from typing import Any

from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.web import cli

RUN = "the whole script"
# Of the script's own thread: what a machine that is shared tells more fairly.
PROCESSOR = "of it the processor"
# By what they are called in the report: the module in which a function is looked up, and its name there.
PARTS = {
    "frame of the page": ("lib.ui.shell", "show_around"),
    "records, read and derived": ("lib.services.patients", "read_patient"),
    "place in the queue": ("lib.ui.queue_place", "find_place"),
    "header": ("lib.ui.patient_header", "show_header"),
    "flags": ("lib.ui.flag_cards", "show_flags"),
    "chart": ("lib.ui.patient_chart", "show_chart"),
    "  its figure": ("lib.ui.patient_chart", "draw_patient"),
    "section": ("lib.ui.patient_sections", "show_section"),
}
_spent: dict[str, float] = {}


def time_call(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        begun = perf_counter()
        try:
            return function(*args, **kwargs)
        finally:
            _spent[name] = _spent.get(name, 0) + 1000 * (perf_counter() - begun)

    return call


def serve(timings: Path, arguments: list[str]) -> None:
    for name, (module, function) in PARTS.items():
        home = import_module(module)
        setattr(home, function, time_call(name, getattr(home, function)))
    run = time_call(RUN, ScriptRunner._run_script)

    def run_and_note(*args: Any) -> None:
        _spent.clear()
        begun = thread_time()
        run(*args)
        _spent[PROCESSOR] = 1000 * (thread_time() - begun)
        with timings.open("a") as lines:
            lines.write(json.dumps(_spent) + "\n")

    ScriptRunner._run_script = run_and_note  # type: ignore[method-assign]
    cli.main(["run", "dashboard.py", *arguments])


if __name__ == "__main__":
    serve(Path(sys.argv[1]), sys.argv[2:])
