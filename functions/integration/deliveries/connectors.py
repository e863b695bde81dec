"""What staff do with connectors and their deliveries."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from core.clock import Clock
from core.http.paging import decode_cursor, encode_cursor, paged
from core.trail.deed import note
from core.trail.shown import Word
from integration.deliveries.domain import Patience
from integration.deliveries.errors import ConnectorNotFoundError
from integration.deliveries.ports import Connector, DeliveryWork
from integration.failures.domain import Handling
from shared_schemas.common import Page
from shared_schemas.integration.connectors import Connector as ConnectorView
from shared_schemas.integration.connectors import ConnectorName, DeliveriesQuery, Delivery


class Connectors:
    """List, pause and resume connectors; resend failed deliveries. `names` are all there are, `connectors` those that
    are switched on."""

    def __init__(
        self,
        unit_of_work: Callable[[], DeliveryWork],
        clock: Clock,
        connectors: Mapping[ConnectorName, Connector[Any]],
        names: Sequence[ConnectorName],
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._connectors = connectors
        self._names = names

    def all(self) -> list[ConnectorView]:
        """In the order in which the contract names them."""
        with self._unit_of_work() as work:
            return work.connectors.views(self._connectors, self._names)

    def pause(self, name: str, actor: UUID, reason: str) -> ConnectorView:
        """Deliveries wait from now on. `ConnectorNotFoundError`."""
        known, now = self._known(name), self._clock.now()
        with self._unit_of_work() as work:
            work.connectors.pause(known, actor, now, reason)
            note(after={"paused": True}, why=reason)
            (view,) = work.connectors.views(self._connectors, [known])
            work.commit()
        return view

    def resume(self, name: str, reason: str) -> ConnectorView:
        """The job sends what waits from its next turn on. `ConnectorNotFoundError`."""
        known = self._known(name)
        with self._unit_of_work() as work:
            work.connectors.resume(known)
            note(after={"paused": False}, why=reason)
            (view,) = work.connectors.views(self._connectors, [known])
            work.commit()
        return view

    def deliveries(self, name: str, query: DeliveriesQuery, target: str | None = None) -> Page[Delivery]:
        """Newest first; of all receivers, or of one. `ConnectorNotFoundError`, `InvalidCursorError`."""
        known, after = self._known(name), decode_cursor(query.cursor)
        with self._unit_of_work() as work:
            found = work.deliveries.page(known, target, query, after)
        return paged(found, query.limit, lambda last: encode_cursor(last.created_at, last.id))

    def resend(self, name: str, delivery_id: UUID, handling: Handling, target: str | None = None) -> Delivery:
        """A finished delivery is due again, with its own id; the job sends it within a minute.

        `ConnectorNotFoundError`, `DeliveryNotFoundError`; `DeliveryUnderWayError` if it still waits."""
        known = self._known(name)
        connector = self._connectors.get(known)
        horizon = (connector.patience if connector else Patience()).horizon
        with self._unit_of_work() as work:
            work.deliveries.get(known, target, delivery_id)
            work.deliveries.again(delivery_id, handling.at, handling.at + horizon)
            note(after={"connector": Word(known)}, why=handling.reason)
            delivery = work.deliveries.get(known, target, delivery_id)
            work.commit()
        return delivery

    def _known(self, name: str) -> ConnectorName:
        if name not in self._names:
            raise ConnectorNotFoundError(name=name, known=", ".join(self._names))
        return cast(ConnectorName, name)
