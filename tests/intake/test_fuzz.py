"""The fuzzer of fuzz_reading.py, in a process of its own: some seconds here, ten minutes in `make prove`."""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
CORPUS = HERE.parent / "corpus"
SECONDS = 600 if os.environ.get("PROVE") == "1" else 5
# The fuzzer itself grows by 6 KB an execution, some 150,000 in ten minutes; the same reading without it stood at 146 MB after
# 11,000 files. What one file may take has limits of its own, here and there.
MEMORY = ("-rss_limit_mb=3000", "-malloc_limit_mb=500")
# Linux lets a program begin with the peak memory of the one that started it, and libFuzzer compares the peak with its limit:
# started by pytest it stood at 1,069 MB before it read a byte. A shell between them, which has to wait for it, has 8 MB.
BY_A_SMALL_SHELL = ["sh", "-c", '"$@"; exit $?', "sh"]


def test_no_bytes_that_the_fuzzer_tries_do_more_than_be_read_asked_about_or_refused(tmp_path: Path) -> None:
    found = tmp_path / "found"
    found.mkdir()
    limits = [f"-max_total_time={SECONDS}", "-max_len=8192", "-timeout=60", *MEMORY]
    seeds = [str(CORPUS / "fuzz"), str(CORPUS)]
    done = subprocess.run(
        [*BY_A_SMALL_SHELL, sys.executable, str(HERE / "fuzz_reading.py"), str(found), *seeds, *limits],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    assert "DONE" in done.stderr
