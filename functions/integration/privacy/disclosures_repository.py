"""What the integration service keeps of a person."""

from sqlalchemy import Uuid, bindparam, select

from core.personal_data import UNTIL_ERASED
from core.postgres.disclosure import Source
from integration.connectors.crm.tables import crm_links

SOURCES = (
    Source(
        "crm_contacts",
        "service",
        UNTIL_ERASED,
        select(crm_links.c.connector, crm_links.c.their_id, crm_links.c.erased_at)
        .where(crm_links.c.kind == "contact", crm_links.c.our_id == bindparam("person", type_=Uuid))
        .order_by(crm_links.c.connector),
    ),
)
