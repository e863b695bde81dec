"""Use case of an operator: seal second factors by the newest data key, so that older ones may be dropped."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID

from core.observability import logger
from gateway.second_factor.ports import Work
from gateway.second_factor.sealing import Sealing

BATCH = 100
FIRST = UUID(int=0)


class OtherKeyError(RuntimeError):
    """The function does not find the key in the secret by which it is to seal."""


@dataclass(frozen=True)
class Resealed:
    """One batch; `after` is what the next one begins behind, or None if this was the last."""

    done: int
    unreadable: int
    after: UUID | None


class Resealing:
    """Only what the newest key has not sealed is done, so it may be stopped and repeated at any time."""

    def __init__(self, unit_of_work: Callable[[], Work], sealing: Sealing) -> None:
        self._unit_of_work = unit_of_work
        self._sealing = sealing

    def batch(self, key_id: str, after: UUID = FIRST) -> Resealed:
        """`OtherKeyError` unless the newest key is the one with this id."""
        # A process may keep the ring for longer than the operator has changed it.
        sealing = self._sealing.reread()
        if sealing.newest() != key_id:
            raise OtherKeyError("The secret of the data key holds another newest key by now: repeat the command")
        with self._unit_of_work() as work:
            found = work.second_factors.sealed_otherwise(key_id, after, BATCH)
            done = sum(_resealed(work, sealing, user_id) for user_id in found)
            work.commit()
        return Resealed(done, len(found) - done, found[-1] if len(found) == BATCH else None)


def _resealed(work: Work, sealing: Sealing, user_id: UUID) -> bool:
    """False where no key opens it: it is left for its owner, or an administrator, to set up anew."""
    from nacl.exceptions import CryptoError

    factor = work.second_factors.locked(user_id)
    if factor is None:
        return True
    try:
        secret = sealing.open(factor.secret, user_id)
    except CryptoError:
        logger.warning("No data key opens a second factor", account_id=str(user_id))
        return False
    work.second_factors.put(replace(factor, secret=sealing.seal(secret, user_id)))
    return True
