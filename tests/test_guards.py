"""What conftest.py refuses: the network, and a clinic's own store."""

import os
import socket
import urllib.request

import pytest

REFUSED = "tests reach only this machine"


@pytest.mark.parametrize("address", ["192.0.2.1", "example.org"])
def test_connections_beyond_this_machine_fail(address):
    with pytest.raises(RuntimeError, match=REFUSED), socket.socket() as connection:
        connection.connect((address, 80))


def test_a_library_cannot_swallow_the_refusal():
    with pytest.raises(RuntimeError, match=REFUSED):
        urllib.request.urlopen("http://example.org", timeout=1)


def test_names_are_not_looked_up():
    with pytest.raises(RuntimeError, match=REFUSED):
        socket.getaddrinfo("example.org", 80)


def test_datagrams_beyond_this_machine_fail():
    with pytest.raises(RuntimeError, match=REFUSED), socket.socket(type=socket.SOCK_DGRAM) as connection:
        connection.sendto(b"", ("192.0.2.1", 53))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_this_machine_answers(host):
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection((host, server.getsockname()[1]), timeout=5).close()


def test_no_store_is_named_by_the_environment():
    assert "DATABASE_URL" not in os.environ
