"""Serve one store: what `python -m lib serve` becomes, once it has said which store and where."""

import argparse
import sys

import uvicorn

from lib import faults, settings
from lib.services import checks, stores
from lib.services.access import server_actor
from lib.services.errors import StoreError
from lib.serving.application import build
from lib.serving.place import PlaceError, find_place

# One message of a websocket, in bytes: what is typed into forms. Uploads do not come this way.
_MESSAGE_BYTES = 4 * 1024 * 1024
_CONNECTIONS = 500


def main() -> int:
    faults.keep_out_of_output()
    options = _parse()
    try:
        place = find_place(settings.public_url(), options.address, options.port)
        store = stores.open_store(server_actor(), options.database, settings.database_key())
        checks.require_whole(server_actor(), store)
        app = build(store, place)
    except (StoreError, PlaceError) as error:
        print(f"serve: {error}", file=sys.stderr)
        return 2
    print(f"Serving {store.shown_url} at {place.origin}", flush=True)
    uvicorn.run(
        app,
        host=options.address,
        port=options.port,
        ws="websockets-sansio",
        ws_max_size=_MESSAGE_BYTES,
        limit_concurrency=_CONNECTIONS,
        timeout_graceful_shutdown=5,
        # Addresses say which patient was looked at: no log has them. What a proxy says of a visitor is not believed.
        access_log=False,
        proxy_headers=False,
        server_header=False,
        log_level="warning",
    )
    return 0


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m lib serve")
    parser.add_argument("--database", required=True)
    parser.add_argument("--address", required=True)
    parser.add_argument("--port", type=int, required=True)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
