"""What a fork server imports while nobody orders anything."""

from pathlib import Path

from infra.local.execution.forking import foreseen
from infra.local.execution.launching import FUNCTIONS
from infra.local.template.model import Function


def function(handler: str, code: Path = FUNCTIONS) -> Function:
    return Function(
        handler, handler, f"arn:aws:lambda:us-east-1:000000000000:function:{handler}", handler, code, {}, 5, 256
    )


def test_our_functions_find_third_parties_by_their_names() -> None:
    modules = foreseen([function("payment.app.app"), function("payment.jobs.relay_outbox")])
    assert modules[:2] == ["payment.app", "payment.jobs"]
    assert {"payment.gateways.yookassa.client", "notification.channels.sms.client"} <= set(modules)


def test_functions_of_others_find_none_of_ours(tmp_path: Path) -> None:
    assert foreseen([function("hook.handler", tmp_path)]) == []
