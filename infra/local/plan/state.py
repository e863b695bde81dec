"""The state directory: one owner at a time, writable, with room on the disk."""

import fcntl
import os
import shutil
from pathlib import Path
from types import TracebackType
from typing import Self

from infra.local.machine.errors import AlreadyRunningError, LocalError
from infra.local.plan.endpoints import FILE_NAME
from infra.local.postgres.account import choose_account, choose_home

PORT_PATIENCE_SECONDS = 10.0
MIN_FREE_BYTES = 300 * 1024 * 1024


class StateDirectory:
    """Held for as long as the system runs; the lock ends with the process, however that ends."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.port_patience = 0.0
        self._lock: int | None = None

    def __enter__(self) -> Self:
        self._make()
        descriptor = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = os.read(descriptor, 32).decode() or "unknown"
            os.close(descriptor)
            raise AlreadyRunningError(f"Cyclorama already runs on {self.path} (pid {owner})") from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode())
        self._lock = descriptor
        if (self.path / FILE_NAME).exists():
            # No clean stop, which would have removed it: ports come free as what was left behind ends.
            self.port_patience = PORT_PATIENCE_SECONDS
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        (self.path / FILE_NAME).unlink(missing_ok=True)
        if self._lock is not None:
            os.close(self._lock)

    def _make(self) -> None:
        try:
            (self.path / "logs").mkdir(parents=True, exist_ok=True)
            probe = self.path / ".writable"
            probe.write_bytes(b"1")
            probe.unlink()
        except OSError as error:
            raise LocalError(f"The state directory {self.path} cannot be written: {error.strerror}") from None
        if (free := shutil.disk_usage(self.path).free) < MIN_FREE_BYTES:
            raise LocalError(
                f"Only {free // 2**20} MB are free on the disk of {self.path}; {MIN_FREE_BYTES // 2**20} MB are needed"
            )


def reset(path: Path) -> None:
    """Forget everything kept in a state directory, the database included."""
    if not path.exists():
        return
    if not (path / "lock").exists():
        raise LocalError(f"{path} is not a state directory of Cyclorama; nothing was removed")
    with StateDirectory(path):
        home = choose_home(path / "postgres", choose_account())
        shutil.rmtree(home)
    shutil.rmtree(path)
