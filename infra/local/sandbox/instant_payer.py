"""The payer who is faster than the gateway's answer: a webhook comes before the create response."""

from infra.local.sandbox.knobs import Knobs
from infra.local.sandbox.payments.service import Payments
from infra.local.sandbox.webhooks.sender import WebhookSender


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
