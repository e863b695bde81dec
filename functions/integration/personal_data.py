"""Which columns of the integration service hold personal data."""

from core.personal_data import inventory

INVENTORY = inventory(
    """
    crm_links.their_id | the id of the customer's contact at a CRM
        | service | until erased | emptied, and the contact there is erased
    operator_actions.network | from which network somebody of the staff acted: an address without its last part
        | trail | for ever | stays: the trail may not be changed
    """,
    {
        "a word of ours": "connectors.name crm_links.connector crm_links.kind dead_letters.queue dead_letters.type "
        "dead_letters.status deliveries.connector deliveries.event_type deliveries.status deliveries.error "
        "errors.service errors.operation errors.code errors.status events.type events.source movements.provider "
        "movements.purpose operator_actions.action operator_actions.role replays.status replays.type "
        "replays.subscriber replays.error replays.requested_by revenue_sums.kind visits.status "
        "visits.visit_purpose "
        "webhook_subscriptions.event_types webhook_subscriptions.status webhook_subscriptions.disabled_reason "
        "connectors.last_failure",
        "an id": "dead_letters.message_id dead_letters.correlation_id deliveries.target deliveries.correlation_id "
        "errors.correlation_id events.correlation_id events.causation_id operator_actions.correlation_id "
        "operator_actions.target replays.correlation_id",
        "ids and codes: events carry nothing that anybody wrote": "dead_letters.body deliveries.envelope errors.sample "
        "events.envelope operator_actions.before operator_actions.details",
        "an error's type and place, without its values": "dead_letters.last_error errors.detail",
        "what staff write about the system, and are asked to write about no person": "connectors.pause_reason "
        "dead_letters.reason errors.note operator_actions.reason replays.reason webhook_subscriptions.description",
        "the studio's own": "revenue_sums.tariff visit_shares.tariff visits.promo_code webhook_subscriptions.url "
        "webhook_subscriptions.secret webhook_subscriptions.previous_secret",
    },
)
