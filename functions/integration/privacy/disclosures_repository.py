"""What the integration service keeps of a person."""

from core.personal_data import UNTIL_ERASED
from core.postgres.disclosure import Source, rows_of
from integration.connectors.crm.tables import crm_links

SOURCES = (
    Source(
        "crm_contacts",
        "service",
        UNTIL_ERASED,
        rows_of(crm_links.c.our_id, ("connector", "their_id", "erased_at"), "connector").where(
            crm_links.c.kind == "contact"
        ),
    ),
)
