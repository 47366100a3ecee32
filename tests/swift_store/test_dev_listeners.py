"""The sockets of the embedded cluster."""

import socket

import pytest

from swift_store.dev.listeners import listen
from swift_store.dev.shape import Shape


@pytest.mark.parametrize("shape", Shape)
def test_no_answer_waits_for_its_client_to_acknowledge_the_beginning(shape):
    """Swift's own listeners are so too; connections inherit it from the listener."""
    listeners = listen(0, shape)
    every = {listeners.proxy, listeners.account, listeners.container, *listeners.objects.values()}
    try:
        assert all(one.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) for one in every)
    finally:
        for one in every:
            one.close()
