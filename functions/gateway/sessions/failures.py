"""A sign-in that failed: counted, and if it was at an account of the staff, in the trail."""

from collections.abc import Callable

from core.observability import count
from core.trail.deed import failed_sign_in
from gateway.accounts.domain import User
from gateway.sessions.ports import Work


def note_failure(unit_of_work: Callable[[], Work], known: User | None) -> None:
    """Whether anybody is known, and who it is, the time of the answer does not tell."""
    count("SignInsFailed")
    with unit_of_work() as work:
        if known and known.is_staff:
            work.post(failed_sign_in(known.id))
