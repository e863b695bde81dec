"""Ties a child process to its parent's life, so that even a killed supervisor leaves nothing behind.

As a program: `python -m infra.local.machine.tether PARENT_PID SIGNAL [UID:GID] -- COMMAND…` becomes the command, tied,
and as that account. A change of account unties, so it must come first.
"""

import ctypes
import os
import signal
import sys
import threading
import time

PR_SET_PDEATHSIG = 1
POLL_SECONDS = 1.0


def tie(parent: int, number: int) -> None:
    """Have this process signalled when the thread that started it ends.

    Linux does it in the kernel and keeps it across exec; elsewhere a thread watches, which exec would end.
    """
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(PR_SET_PDEATHSIG, number, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "prctl")
    else:
        threading.Thread(target=_watch, args=(parent, number), daemon=True).start()
    if os.getppid() != parent:
        # The parent died before the tie was made.
        os.kill(os.getpid(), signal.SIGKILL)


def tethered(number: int, *account: str) -> list[str]:
    """What stands before a command that shall get this signal when the thread that starts it ends."""
    return [sys.executable, "-m", __name__, str(os.getpid()), str(int(number)), *account, "--"]


def _watch(parent: int, number: int) -> None:
    while os.getppid() == parent:
        time.sleep(POLL_SECONDS)
    os.kill(os.getpid(), number)


def main(arguments: list[str]) -> None:
    """Change the account if asked to, tie, then become the command."""
    split = arguments.index("--")
    (parent, number, *account), command = arguments[:split], arguments[split + 1 :]
    if account:
        uid, gid = map(int, account[0].split(":"))
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    tie(int(parent), int(number))
    os.execvp(command[0], command)  # noqa: S606


if __name__ == "__main__":
    main(sys.argv[1:])
