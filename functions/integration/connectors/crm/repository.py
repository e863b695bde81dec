"""SQL for the links: which record of a CRM is which of ours."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from core.postgres.stored_fields import StoredFields
from integration.connectors.crm.domain import Link, LinkKind
from integration.connectors.crm.tables import crm_links
from shared_schemas.integration.connectors import ConnectorName

LINK = StoredFields(Link, crm_links)


class LinkRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, connector: ConnectorName, kind: LinkKind, our_id: UUID) -> Link:
        c = crm_links.c
        this = (c.connector == connector) & (c.kind == kind) & (c.our_id == our_id)
        row = self._connection.execute(select(crm_links).where(this)).one_or_none()
        return Link(**LINK.read(row)) if row else Link(our_id)

    def known(self, connector: ConnectorName, kind: LinkKind, our_ids: Collection[UUID]) -> dict[UUID, Link]:
        c = crm_links.c
        these = (c.connector == connector) & (c.kind == kind) & c.our_id.in_(our_ids)
        links = (Link(**LINK.read(row)) for row in self._connection.execute(select(crm_links).where(these)))
        return {link.our_id: link for link in links}

    def intend(self, connector: ConnectorName, kind: LinkKind, our_ids: Collection[UUID]) -> None:
        rows = [{"connector": connector, "kind": kind, **LINK.values(Link(our_id))} for our_id in our_ids]
        if rows:
            self._connection.execute(insert(crm_links).values(rows).on_conflict_do_nothing())

    def put(self, connector: ConnectorName, kind: LinkKind, link: Link) -> None:
        row = insert(crm_links).values(connector=connector, kind=kind, **LINK.values(link))
        changes = LINK.values(link, but=("our_id",))
        changed = row.on_conflict_do_update(index_elements=["connector", "kind", "our_id"], set_=changes)
        self._connection.execute(changed)
