"""How long the kernel takes from histories to the columns of `status`, beside DuckDB, Polars, pandas and a bare sort.

Each round runs all of them once, one after the other, so that a busy machine is busy for all; the medians stand in the table, and
what a peer derived must equal what the kernel derived, row for row. It judges no time.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
from environments import make_environment
from made_histories import Made, make_histories
from numpy.typing import NDArray
from peers import PEERS

from lib.clinical.everyone import derive_status_of_all
from lib.clinical.histories import sort_histories
from lib.clinical.policy import Policy, parse_policy

ROOT = Path(__file__).resolve().parents[2]
# The peers are no part of the product: they live in an environment of their own.
ENVIRONMENT = ROOT / "data" / "bench" / "peers"
PACKAGES = ("duckdb", "polars", "pandas", "pyarrow")
SIZES = (10_000, 100_000, 200_000, 1_000_000)
KERNEL, FLOOR = "kernel", "np.sort of the packed keys"
Seconds = tuple[float, float]


def peers_python() -> Path:
    return ENVIRONMENT / "bin" / "python"


def shipped_policy() -> Policy:
    return parse_policy((ROOT / "data" / "policy.toml").read_bytes(), "policy.toml", 1)


def write_inputs(folder: Path, made: Made, policy: Policy) -> None:
    """The same rows for the peers, and the policy's numbers."""
    for name, columns in (("forms", made.forms), ("sessions", made.sessions)):
        pyarrow.parquet.write_table(pa.table(columns), folder / f"{name}.parquet")
    numbers = dict(vars(policy.categories)) | {
        "gap_days": policy.courses.gap_days,
        "window_days": policy.baseline.window_days,
        "stale_after_days": policy.baseline.stale_after_days,
        "as_of": made.as_of,
    }
    (folder / "numbers.json").write_text(json.dumps(numbers))


class Running:
    """A peer's process, which has read its rows and waits."""

    def __init__(self, name: str, folder: Path):
        command = [peers_python(), Path(__file__).with_name("peers.py"), name, folder]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._read()

    def _read(self):
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.process.args[2]} ended with {self.process.wait()}")
        return json.loads(line)

    def run(self) -> Seconds:
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return tuple(self._read())

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()


def timed(act: Callable[[], object]) -> Seconds:
    wall, cpu = time.perf_counter(), time.process_time()
    act()
    return time.perf_counter() - wall, time.process_time() - cpu


def shuffled_keys(made: Made) -> list[NDArray]:
    """What the kernel packs of forms and of sessions, in no order."""
    rng, in_order = np.random.default_rng(1), sort_histories(made.histories)
    return [rng.permutation(one.keys) for one in (in_order.forms, in_order.sessions)]


def measure(n_patients: int, names: tuple[str, ...], n_rounds: int) -> dict[str, Seconds]:
    """Median (wall, processor) seconds of each, of so many rounds after a first that is not counted."""
    policy = shipped_policy()
    made = make_histories(n_patients, policy)
    keys = shuffled_keys(made)
    with TemporaryDirectory() as folder:
        write_inputs(Path(folder), made, policy)
        peers = {name: Running(name, Path(folder)) for name in names}
        acts: dict[str, Callable[[], Seconds]] = {
            FLOOR: lambda: timed(lambda: [np.sort(one) for one in keys]),
            KERNEL: lambda: timed(lambda: derive_status_of_all(made.histories, made.as_of, policy)),
            **{name: peer.run for name, peer in peers.items()},
        }
        rounds = [{name: act() for name, act in acts.items()} for _ in range(1 + n_rounds)][1:]
        for peer in peers.values():
            peer.close()
        status = derive_status_of_all(made.histories, made.as_of, policy)
        for name in names:
            check_equal(status, pd.read_parquet(Path(folder) / f"{name}.parquet"), name)
    return {name: tuple(statistics.median(one[name][k] for one in rounds) for k in (0, 1)) for name in acts}


def check_equal(ours: pd.DataFrame, theirs: pd.DataFrame, name: str) -> None:
    """AssertionError where a row, a category or any column of `status` differs."""
    left, right = (plain(frame[list(ours.columns)]) for frame in (ours, theirs))
    pd.testing.assert_frame_equal(left, right, check_exact=False, rtol=1e-12, obj=name)


def plain(status: pd.DataFrame) -> pd.DataFrame:
    """Sorted, and one type for each kind: what a number or a word is stored as differs between libraries."""
    columns = {}
    for name, column in status.items():
        if name.endswith("_on"):
            columns[name] = pd.to_datetime(column).astype("datetime64[s]")
        elif name in ("instrument", "category", "reason", "reliable_change"):
            columns[name] = column.astype("string")
        else:
            columns[name] = column.astype("Float64")
    return pd.DataFrame(columns).sort_values(["patient", "instrument"]).reset_index(drop=True)


def exponent(sizes: list[int], seconds: list[float]) -> float:
    """By how much time grows with size: 1 is in proportion."""
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])


def lines_of(size: int, seconds: dict[str, Seconds]) -> list[str]:
    """Seconds of each, wall and processor, and what share of its time the kernel takes."""
    wall, cpu = seconds[KERNEL]
    return [
        f"{size:10,}  {name:<28}{its_wall:9.3f}{its_cpu:9.3f}{wall / its_wall:11.2f}{cpu / its_cpu:9.2f}"
        for name, (its_wall, its_cpu) in seconds.items()
    ]


def say_growth(sizes: list[int], found: list[dict[str, Seconds]]) -> str:
    growth = (exponent(sizes, [one[KERNEL][k] for one in found]) for k in (0, 1))
    return "kernel's time grows with patients to the power of {:.2f} (by cpu {:.2f})".format(*growth)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patients", type=int, nargs="+", default=SIZES)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peers", nargs="*", choices=[*PEERS], default=[*PEERS])
    options = parser.parse_args()
    if options.peers:
        make_environment(ENVIRONMENT, PACKAGES)
    print(f"Python {platform.python_version()}, NumPy {np.__version__}, {os.cpu_count()} cores, ", end="")
    print(f"load {os.getloadavg()[0]:.1f} before; {options.rounds} rounds")
    print(f"{'patients':>10}  {'':<28}{'wall s':>9}{'cpu s':>9}{'kernel/it':>11}{'by cpu':>9}", flush=True)
    found = []
    for size in options.patients:
        found.append(measure(size, tuple(options.peers), options.rounds))
        print(*lines_of(size, found[-1]), sep="\n", flush=True)
    if len(found) > 1:
        print(say_growth(list(options.patients), found))
    print("results equal, row for row" if options.peers else "no peer was asked")


if __name__ == "__main__":
    sys.exit(main())
