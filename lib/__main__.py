"""python -m lib COMMAND: the dashboard without a browser."""

import sys

from lib import faults
from lib.commands import run

if __name__ == "__main__":
    faults.keep_out_of_output()
    sys.exit(run(sys.argv[1:]))
