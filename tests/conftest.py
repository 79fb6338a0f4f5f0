"""What every test stands on: how hard hypothesis looks, no network, no real database, and the policy that the product ships."""

import gc
import ipaddress
import os
import socket
from collections.abc import Callable, Iterator
from itertools import groupby, zip_longest
from pathlib import Path
from typing import Any

import built_stores
import pytest
import shared_server
from hypothesis import HealthCheck, settings
from serving import find_chromium

from lib.clinical.policy import Policy, parse_policy

ROOT = Path(__file__).resolve().parents[1]

# The same examples on every run, as many as fit the twelve minutes of `make test`; `make prove` draws new ones, and far more.
# A loaded machine is slow, which says nothing about the code: no deadline, no complaint about speed.
_PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("quick", _PATIENT, max_examples=100, derandomize=True)
settings.register_profile("prove", _PATIENT, max_examples=5_000, print_blob=True)
settings.load_profile("prove" if os.environ.get("PROVE") == "1" else "quick")

# Python looks for garbage after every 700 new objects: in a process that holds every library that takes a tenth of the time.
gc.set_threshold(50_000, 20, 100)

# One key seals every audit of the tests, so that a store can be copied without a file beside it.
os.environ["AUDIT_KEY"] = "5" * 64

# A clinic's own store is never opened by a test that runs where its address is set.
for name in ("DATABASE_URL", "DATABASE_KEY", "AUDIT_KEY_FILE", "AUDIT_ANCHOR"):
    os.environ.pop(name, None)


def pytest_configure(config: pytest.Config) -> None:
    """The processes of one run share the stores that they build; the first one takes them away."""
    if folder := built_stores.open_shared_folder():
        config.add_cleanup(lambda: built_stores.close_shared_folder(folder))


# Their files take longest: they begin first, so that no process of `pytest -n` is left alone with one of them at the end.
_LONGEST_FIRST = ("browser", "bench", "store", "services", "ui", "clinical", "commands")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A file of browser tests, which wait, and one of others, which compute, by turns: side by side they fill both processors."""
    items.sort(key=_place)
    files = [list(own) for _, own in groupby(items, key=lambda item: item.path)]
    waiting = [own for own in files if _place(own[0]) == 0]
    computing = [own for own in files if _place(own[0]) != 0]
    items[:] = [
        item for pair in zip_longest(waiting, computing, fillvalue=()) for own in pair for item in own
    ]


def _place(item: pytest.Item) -> int:
    folder = item.path.relative_to(ROOT / "tests").parts[0]
    return _LONGEST_FIRST.index(folder) if folder in _LONGEST_FIRST else len(_LONGEST_FIRST)


class NetworkRefusedError(RuntimeError):
    """Not an OSError, so that no library takes it for a connection that failed by itself."""


def _is_here(host: Any) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _refuse(host: Any) -> None:
    if not _is_here(host):
        raise NetworkRefusedError(f"A test asked for {host!r}; tests reach only this machine.")


def _guarded(connect: Callable[..., Any], address_at: int) -> Callable[..., Any]:
    """A method of socket that refuses internet addresses other than loopback."""

    def call(self: socket.socket, *args: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            _refuse(args[address_at][0])
        return connect(self, *args)

    return call


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Connections and look-ups beyond this machine fail; a program that a test starts is its own affair."""
    with pytest.MonkeyPatch.context() as patch:
        for name, address_at in (("connect", 0), ("connect_ex", 0), ("sendto", -1)):
            patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name), address_at))
        for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
            patch.setattr(socket, name, _asking_first(getattr(socket, name)))
        yield


def _asking_first(look_up: Callable[..., Any]) -> Callable[..., Any]:
    def call(host: Any, *args: Any, **kwargs: Any) -> Any:
        _refuse(host)
        return look_up(host, *args, **kwargs)

    return call


@pytest.fixture(params=["sqlite", "postgresql"])
def each_database(request: pytest.FixtureRequest) -> Iterator[str]:
    """Stores of the test lie in the one database, then in the other."""
    with shared_server.asked_for(request.param):
        yield request.param


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def each_database_of_all(request: pytest.FixtureRequest) -> Iterator[str]:
    """The same for a file whose every store hangs on it."""
    with shared_server.asked_for(request.param):
        yield request.param


@pytest.fixture(scope="module")
def embedded_only() -> Iterator[None]:
    """For a file whose tests take the store's file in their hands."""
    with shared_server.asked_for("sqlite"):
        yield


@pytest.fixture(scope="session")
def policy() -> Policy:
    """Version 1: data/policy.toml as a new store takes it."""
    return parse_policy((ROOT / "data" / "policy.toml").read_bytes(), "policy.toml", 1)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser of the journeys."""
    return find_chromium()
