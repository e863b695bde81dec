"""The runtime that every service uses: settings, transactions, events, HTTP, identity. It has no studio rules."""

import gc

from shared_schemas import COLD_START, INITIALIZATION

if COLD_START:
    # What is imported stays. With Python's own threshold it is searched for garbage some eighty times meanwhile, which
    # is a twentieth of the time. Elsewhere many processes share a machine's memory.
    gc.set_threshold(50_000)
elif INITIALIZATION == "snap-start":
    from core.aws.snapshots import follow

    follow()
