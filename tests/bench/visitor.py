"""A visitor without a browser: asks the server for runs of the script, as Streamlit's front end does, and reads what it timed."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

Timing = dict[str, float]
ANSWER = "until the last message is here"


class Visitor:
    """One session."""

    def __init__(self, connection: ClientConnection, timings: Path):
        self._connection, self._timings = connection, timings
        self._kept: set[str] = set()

    def visit(self, page: str, /, **address: object) -> Timing:
        """The page at this address, in this session. Raises AssertionError where the page fails."""
        n_before = len(self._lines())
        answered = self.ask(page, **address)
        while len(lines := self._lines()) == n_before:
            time.sleep(0.001)
        return json.loads(lines[-1]) | {ANSWER: answered}

    def ask(self, page: str, /, **address: object) -> float:
        """The same; milliseconds until the last message is here."""
        ask = BackMsg()
        state = ask.rerun_script
        state.query_string, state.page_name = urlencode(address), page
        state.context_info.timezone, state.context_info.color_scheme = "UTC", "light"
        # What a browser has it is not sent again.
        state.cached_message_hashes.extend(self._kept)
        begun = time.perf_counter()
        self._connection.send(ask.SerializeToString())
        self._read_until_finished()
        return 1000 * (time.perf_counter() - begun)

    def _lines(self) -> list[str]:
        """Those that are written to their end."""
        return self._timings.read_text().split("\n")[:-1] if self._timings.exists() else []

    def _read_until_finished(self) -> None:
        finished = ForwardMsg.ScriptFinishedStatus
        while True:
            message = ForwardMsg.FromString(self._connection.recv(timeout=600))
            kind = message.WhichOneof("type")
            element = message.delta.new_element
            assert element.WhichOneof("type") != "exception", element.exception.message
            if message.metadata.cacheable:
                self._kept.add(message.hash)
            if kind == "script_finished" and message.script_finished != finished.FINISHED_EARLY_FOR_RERUN:
                assert message.script_finished == finished.FINISHED_SUCCESSFULLY
                return


@contextmanager
def arrive(address: str, timings: Path) -> Iterator[Visitor]:
    stream = address.replace("http:", "ws:") + "/_stcore/stream"
    with connect(stream, subprotocols=["streamlit"], origin=address, max_size=None) as connection:
        yield Visitor(connection, timings)
