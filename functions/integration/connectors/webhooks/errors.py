"""Why nothing can be done with a subscription."""

from shared_schemas.errors import ConflictError, NotFoundError, Text


class SubscriptionNotFoundError(NotFoundError):
    code = "webhook_subscription_not_found"
    text = Text("There is no webhook subscription {subscription_id}", "Подписки на вебхуки {subscription_id} нет")


class SubscriptionDisabledError(ConflictError):
    code = "webhook_subscription_disabled"
    text = Text(
        "Webhook subscription {subscription_id} is disabled; turn it on first",
        "Подписка {subscription_id} выключена; сначала включите её",
    )
