"""What copies of a function must not share that Lambda restores from one snapshot (SnapStart).

Nothing connects, reads a setting or a secret, or is signed while a handler is imported, so a snapshot has none of
these, and each copy makes its own. What it does have is where two sources of random numbers are in their sequences."""

import os
import random
import ssl
from importlib import import_module

SEED_BYTES = 48
# Imported on first use where somebody waits for all that is imported; here it is done ahead.
AHEAD = ("core.aws.calls", "core.aws.container", "pg8000.native")


class SnapshotError(RuntimeError):
    """This runtime cannot tell a copy that it was restored."""


def follow() -> None:
    """Have Lambda call `restored` in each copy; `SnapshotError` where it cannot, before there is any."""
    for name in AHEAD:
        import_module(name)
    try:
        from snapshot_restore_py import register_after_restore
    except ImportError as error:
        raise SnapshotError("This runtime has no hooks of snapshots (snapshot_restore_py): SnapStart=false") from error
    register_after_restore(restored)


def restored() -> None:
    """Go on elsewhere than all other copies: with pauses of retries, boundaries of messages, and TLS's own numbers."""
    random.seed()
    # OpenSSL takes the system's randomness along, and seeds what it has derived from this generator anew.
    ssl.RAND_add(os.urandom(SEED_BYTES), SEED_BYTES)
