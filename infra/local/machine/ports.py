"""The port of each component, and which program has it if it is taken."""

import errno
import json
import socket
import time
from contextlib import ExitStack
from dataclasses import asdict, astuple, dataclass, fields
from pathlib import Path

from infra.local.machine.errors import PortTakenError
from infra.local.machine.processes import port_holder

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Ports:
    """The fixed ports of the specification, and our own beside them."""

    gateway: int = 5000
    booking: int = 5001
    payment: int = 5002
    integration: int = 5003
    notification: int = 5004
    broker: int = 5050
    sandbox: int = 5090
    invoke: int = 5091
    mail: int = 5092
    postgres: int = 5490

    @property
    def services(self) -> dict[str, int]:
        """Front doors of single services, by the `SERVICE` of their functions."""
        names = ("booking", "payment", "integration", "notification")
        return {name: getattr(self, name) for name in names}


def free_ports() -> Ports:
    """A free port for each component; all are held at once, so that they differ."""
    names = [field.name for field in fields(Ports)]
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in names]
        for each in sockets:
            each.bind((HOST, 0))
        return Ports(**{name: s.getsockname()[1] for name, s in zip(names, sockets, strict=True)})


def choose_ports(mode: str, state: Path, patience: float = 0) -> Ports:
    """`default` or `auto`, as the settings say.

    Free ports are chosen once per state directory and kept while they are free (or become so within
    `patience` seconds), as the broker's queues are known by URLs with the port in them.
    """
    if mode != "auto":
        return Ports()
    path = state / "ports.json"
    ports = Ports(**json.loads(path.read_text())) if path.exists() else free_ports()
    if not all(_becomes_free(port, patience) for port in astuple(ports)):
        ports = free_ports()
    path.write_text(json.dumps(asdict(ports)))
    return ports


def require_free(component: str, port: int, patience: float = 0) -> None:
    """Raise `PortTakenError` if the port stays taken for `patience` seconds."""
    if not _becomes_free(port, patience):
        raise PortTakenError(
            f"Port {port} of the {component} is taken by {port_holder(port)}. "
            "Stop that program, or let Cyclorama choose free ports with CYCLORAMA_PORTS=auto."
        )


def _becomes_free(port: int, patience: float) -> bool:
    deadline = time.monotonic() + patience
    while not _is_free(port):
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.05)
    return True


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As servers do: a port whose last connections are still winding down is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise
    return True
