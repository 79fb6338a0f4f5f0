"""python -m lib COMMAND: the dashboard without a browser."""

import sys

from lib.commands import run

if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
