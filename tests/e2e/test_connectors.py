"""A booking on its way to other systems: a webhook, two CRMs and the staff's chat, over real ports and the broker."""

from typing import Any

from tests.support.integration.receivers import Hook, connector, deals, leads, telegrams
from tests.support.system.whole import System
from tests.support.waiting import eventually


def test_a_paid_booking_reaches_everybody_who_is_to_know(system: System) -> None:
    hook = Hook(system, "booking.created", "booking.confirmed")
    customer = system.customer()
    booking = customer.book(system.slot())
    payment = customer.start_payment(booking)
    customer.api.form(payment["confirmation_url"], action="pay")

    def called() -> bool:
        return {c["event"]["type"] for c in hook.calls(booking)} == {"booking.created", "booking.confirmed"}

    eventually(called)
    assert {call["signature"] for call in hook.calls(booking)} == {"valid"}
    assert customer.email not in str(hook.calls()) and customer.phone not in str(hook.calls())

    deal = eventually(lambda: next((d for d in deals(system, booking) if d["stageId"] == "PREPARATION"), None))
    assert (len(deals(system, booking)), deal["opportunity"]) == (1, booking["total"]["amount"] / 100)
    (lead,) = eventually(lambda: leads(system, booking))
    assert lead["price"] == booking["total"]["amount"] // 100
    eventually(lambda: len(telegrams(system, booking)) >= 2)
    eventually(lambda: len(telegrams(system, booking, "max")) >= 2)
    for name in ("webhooks", "bitrix24", "amocrm", "telegram", "max"):
        found = connector(system, name)
        assert (found["on"], found["paused"], found["dead"]) == (True, False, 0), found
        assert found["last_success_at"]


def test_staff_test_a_hook_and_send_a_delivery_once_more(system: System) -> None:
    hook = Hook(system, "payment.failed")
    path = f"/v1/webhook-subscriptions/{hook.id}"
    asked = system.manager.post(f"{path}/test", {"reason": "does it arrive?"})

    def calls() -> list[dict[str, Any]]:
        """Of this delivery: news that others have caused may come, too."""
        return [call for call in hook.calls() if call["headers"]["Cyclorama-Delivery"] == asked["id"]]

    (call,) = eventually(calls)
    assert (call["event"]["type"], call["signature"]) == ("webhook.test", "valid")
    eventually(lambda: {each["id"]: each["status"] for each in hook.deliveries()}[asked["id"]] == "delivered")

    system.manager.post(f"{path}/deliveries/{asked['id']}/resend", {"reason": "they lost it"})

    eventually(lambda: len(calls()) == 2)
    found = eventually(lambda: system.manager.get(f"/v1/operator-actions?target=delivery:{asked['id']}")["data"])
    assert [(a["action"], a["reason"]) for a in found] == [("resend_webhook_delivery", "they lost it")]


def test_who_is_gone_is_not_called_again(system: System) -> None:
    hook = Hook(system, "booking.created")
    hook.behave(status=410)
    customer = system.customer()
    customer.book(system.slot())

    def ended() -> bool:
        return bool(system.manager.get(f"/v1/webhook-subscriptions/{hook.id}")["status"] == "disabled")

    # It may be the news of somebody else's booking, made before and late, that ends it.
    eventually(ended)
    later = customer.book(system.slot())
    eventually(lambda: system.manager.get(f"/v1/events?booking_id={later['id']}")["data"])
    called = [call["headers"]["Cyclorama-Delivery"] for call in hook.calls()]
    assert called and len(called) == len(set(called))
    assert hook.calls(later) == []
