"""A payer who pays before the gateway has answered: the webhook comes before the response to the creation."""

from infra.sandbox.knobs import Knobs
from infra.sandbox.payments.service import Payments
from infra.sandbox.webhooks.sender import WebhookSender


class InstantPayer:
    """Pays at once where the knob `early_webhook` says so."""

    def __init__(self, payments: Payments, knobs: Knobs, sender: WebhookSender) -> None:
        self._payments = payments
        self._knobs = knobs
        self._sender = sender

    async def pay(self, payment_id: str) -> None:
        """Returns when the shop has answered the webhook, or has let it time out."""
        if self._knobs.take("early_webhook"):
            self._payments.pay(payment_id, None)
            await self._sender.send_now(payment_id)
