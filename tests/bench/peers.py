"""A peer of the kernel in a process and an environment of its own: each line read is a run, each line written its seconds.

python peers.py NAME FOLDER: reads forms.parquet, sessions.parquet and numbers.json there, and writes NAME.parquet after the first
run. It imports nothing of ours.
"""

import json
import sys
import time
from importlib import import_module
from pathlib import Path

PEERS = {
    "DuckDB over Parquet": ("peer_duckdb", {}),
    "DuckDB in memory": ("peer_duckdb", {"in_memory": True}),
    "Polars": ("peer_polars", {}),
    "pandas": ("peer_pandas", {}),
}


def main(name: str, folder: Path) -> None:
    module, options = PEERS[name]
    numbers = json.loads((folder / "numbers.json").read_text())
    peer = import_module(module).Peer(folder, numbers, **options)
    out = folder / f"{name}.parquet"
    print(json.dumps("ready"), flush=True)
    for _ in sys.stdin:
        wall, cpu = time.perf_counter(), time.process_time()
        status = peer.derive_status()
        taken = time.perf_counter() - wall, time.process_time() - cpu
        if not out.exists():
            write(status, out)
        print(json.dumps(taken), flush=True)


def write(status, out: Path) -> None:
    """Arrow, Polars and pandas each have their own word for it."""
    import pyarrow.parquet

    if hasattr(status, "to_parquet"):
        status.to_parquet(out, index=False)
    else:
        pyarrow.parquet.write_table(status.to_arrow() if hasattr(status, "to_arrow") else status, out)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
