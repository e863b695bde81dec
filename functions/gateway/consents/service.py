"""Use cases of what people agreed to: the owner gives and revokes, staff look."""

from collections.abc import Callable
from uuid import UUID

from core.clock import Clock
from core.http.paging import decode_cursor, encode_cursor, paged
from core.trail.deed import note
from core.trail.shown import Word
from gateway.consents.domain import NEEDED
from gateway.consents.errors import ConsentNeededError
from gateway.consents.giving import give
from gateway.consents.ports import Work
from shared_schemas.common import Page
from shared_schemas.events.studio import ConsentRevoked
from shared_schemas.gateway.consents import Consent, ConsentKind, ConsentRequest, ConsentsQuery, GivenConsent


class Consents:
    """What somebody agreed to is never changed: it is given, and later perhaps revoked."""

    def __init__(self, unit_of_work: Callable[[], Work], clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    def page(self, user_id: UUID, query: ConsentsQuery) -> Page[GivenConsent]:
        """Newest first; of a guest who joined an account, that account's. `AccountNotFoundError`."""
        after = decode_cursor(query.cursor)
        with self._unit_of_work() as work:
            owner = work.users.contact(user_id).id
            found = work.consents.page(owner, after, query.limit + 1)
        page = paged(found, query.limit, lambda given: encode_cursor(given.given_at, given.id))
        return Page(data=[given.shown() for given in page.data], next_cursor=page.next_cursor)

    def give(self, user_id: UUID, request: ConsentRequest) -> GivenConsent:
        """It holds from now on; if it did already, since then. `ConsentOutdatedError`, `AccountNotFoundError`."""
        wanted = Consent(document=request.kind, version=request.version)
        with self._unit_of_work() as work:
            # Nobody is erased meanwhile, nor revokes this: no consent outlives its owner.
            work.users.get(user_id, locked=True)
            give(work, user_id, "account", self._clock.now(), consents=[wanted])
            given = work.consents.standing(user_id, request.kind, request.version)
            note(target=f"account:{user_id}", after={"agrees": Word(request.kind)})
            work.commit()
        return given.shown()

    def revoke(self, user_id: UUID, kind: ConsentKind) -> None:
        """It ends at once, in all its versions; to do so twice is no error. `ConsentNeededError`,
        `AccountNotFoundError`."""
        if kind == NEEDED:
            raise ConsentNeededError
        with self._unit_of_work() as work:
            work.users.get(user_id, locked=True)
            if work.consents.revoke(user_id, kind, self._clock.now()):
                work.emit(ConsentRevoked(account_id=user_id, kind=kind))
            note(target=f"account:{user_id}", before={"agrees": Word(kind)})
            work.commit()
