"""A process of ours, from the moment it is launched until it is stopped."""

import subprocess


class OwnProcess:
    """Nothing runs before `_process` is set."""

    _process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def died(self) -> bool:
        """Whether it was started and has ended by itself."""
        return self._process is not None and self._process.poll() is not None
