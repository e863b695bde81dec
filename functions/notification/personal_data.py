"""Which columns of the notification service hold personal data."""

from core.personal_data import inventory

INVENTORY = inventory(
    """
    notifications.address | where a message went | messages | TEXT_RETENTION_DAYS | emptied
    notifications.message | the message as it was sent, with the person's name
        | messages | TEXT_RETENTION_DAYS | emptied
    notifications.facts | what it is about; of before 2026-12 with why a booking was cancelled
        | messages | NOTIFICATION_RETENTION_DAYS | reason removed
    suppressions.address | an address that gets no more mail | messages | until erased | emptied
    connections.chat | where messages go to in a messenger, or the address of a browser at its push service
        | messages | until erased | deleted
    connections.browser_keys | what encrypts messages to a browser | messages | until erased | deleted
    connection_links.chat | who used a link that connects a messenger | messages | 1 day | deleted
    """,
    {
        "a word of ours": "notifications.template notifications.channel notifications.status notifications.reason "
        "notifications.provider notifications.instead notifications.delivery notifications.delivery_reason "
        "bookings.status "
        "rules.name rules.template rules.event rules.moment rules.audience "
        "rules.channels rules.condition rule_runs.passed_over template_versions.name template_versions.locale "
        "template_versions.failure template_versions.failure_ru left_messages.kind left_messages.channel "
        "connections.channel connection_links.channel suppressions.reason suppressions.detail",
        "an id": "notifications.cause notifications.provider_reference notifications.correlation_id "
        "notifications.causation_id bookings.correlation_id readers.secret connection_links.digest "
        "suppressions.digest suppressions.feedback",
        "times and sums": "bookings.facts",
        "the studio's own": "template_versions.parts",
    },
)
