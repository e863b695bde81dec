"""What staff do with connectors and their deliveries."""

from collections.abc import Callable, Mapping, Sequence
from typing import cast
from uuid import UUID

from core.clock import Clock
from core.paging import decode_cursor, encode_cursor
from integration.domain_deliveries import Patience
from integration.domain_failures import Handling
from integration.errors_connectors import ConnectorNotFoundError
from integration.ports_connectors import Connector, ConnectorWork
from shared_schemas.common import Page
from shared_schemas.connectors import Connector as ConnectorView
from shared_schemas.connectors import ConnectorName, DeliveriesQuery, Delivery


class Connectors:
    """Look at them, halt them, let them go on, send once more what was given up. `names` are all there are,
    `connectors` those that are switched on."""

    def __init__(
        self,
        unit_of_work: Callable[[], ConnectorWork],
        clock: Clock,
        connectors: Mapping[ConnectorName, Connector],
        names: Sequence[ConnectorName],
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._connectors = connectors
        self._names = names

    def all(self) -> list[ConnectorView]:
        with self._unit_of_work() as work:
            return work.connectors.views(self._connectors, self._names)

    def pause(self, name: str, actor: UUID, reason: str) -> ConnectorView:
        known, now = self._known(name), self._clock.now()
        with self._unit_of_work() as work:
            work.connectors.pause(known, actor, now, reason)
            work.actions.add("pause", f"connector:{known}", Handling(actor, now, reason), {})
            (view,) = work.connectors.views(self._connectors, [known])
            work.commit()
        return view

    def resume(self, name: str, actor: UUID, reason: str) -> ConnectorView:
        """What waits is sent from the next turn of the job on."""
        known, now = self._known(name), self._clock.now()
        with self._unit_of_work() as work:
            work.connectors.resume(known)
            work.actions.add("resume", f"connector:{known}", Handling(actor, now, reason), {})
            (view,) = work.connectors.views(self._connectors, [known])
            work.commit()
        return view

    def deliveries(self, name: str, query: DeliveriesQuery, target: str | None = None) -> Page[Delivery]:
        """Newest first; of all receivers, or of one."""
        known, after = self._known(name), decode_cursor(query.cursor) if query.cursor else None
        with self._unit_of_work() as work:
            found = work.deliveries.page(known, target, query, after)
        page, more = found[: query.limit], found[query.limit :]
        return Page(data=page, next_cursor=encode_cursor(page[-1].created_at, page[-1].id) if more else None)

    def resend(self, name: str, delivery_id: UUID, handling: Handling, target: str | None = None) -> Delivery:
        """Whatever became of it, it is due once more with its own id; the job sends it within a minute."""
        known = self._known(name)
        connector = self._connectors.get(known)
        horizon = (connector.patience if connector else Patience()).horizon
        with self._unit_of_work() as work:
            work.deliveries.get(known, target, delivery_id)
            work.deliveries.again(delivery_id, handling.at, handling.at + horizon)
            work.actions.add("resend", f"delivery:{delivery_id}", handling, {"connector": known})
            delivery = work.deliveries.get(known, target, delivery_id)
            work.commit()
        return delivery

    def _known(self, name: str) -> ConnectorName:
        if name not in self._names:
            raise ConnectorNotFoundError(name=name, known=", ".join(self._names))
        return cast(ConnectorName, name)
