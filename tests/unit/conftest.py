"""Unit tests open no socket: whoever tries is told so."""

import socket
from typing import Any, NoReturn

import pytest


@pytest.fixture(autouse=True)
def no_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connecting anywhere fails; event loops may still make their pair of sockets."""

    def refuse(_socket: socket.socket, address: Any, *_rest: Any) -> NoReturn:
        raise AssertionError(f"a unit test wants to connect to {address}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
