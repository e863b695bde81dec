"""What is built for Lambda, in Lambda's own containers: registering, booking, paying, and every function's samples."""

import json
from pathlib import Path
from typing import Any

from infra.deploy.smoke import Smoke, Staff
from infra.samples import EVENTS, samples
from tests.support.runs.table import each
from tests.support.system.template import whole_system

OWN = [(function, path) for function, paths in sorted(samples(whole_system()).items()) for path in paths]
# Its token is nobody's, which an authoriser says by failing.
REFUSED = {"apigateway_authorizer"}


def test_somebody_registers_books_and_pays(api: str, functions: Any) -> None:
    owner = json.loads((EVENTS / "invoke_gateway_bootstrap.json").read_text(encoding="utf-8"))
    assert "FunctionError" not in invoked(functions, "GatewayBootstrap", owner)[0]
    smoke = Smoke(api, print)

    client, payment = smoke.pay(
        Staff(owner["email"], owner["password"]), lambda url: url.replace("//sandbox:", "//127.0.0.1:")
    )
    # Nothing is called from outside here, and no schedule runs: this is what would.
    schedule = json.loads((EVENTS / "schedule_reminders.json").read_text(encoding="utf-8"))

    def paid() -> bool:
        assert "FunctionError" not in invoked(functions, "PaymentPollAttempts", schedule)[0]
        return bool(client.get(f"/v1/payments/{payment['id']}")["status"] == "succeeded")

    smoke.until("the payment succeeds", paid)


@each(("function", "path"), OWN, ids=str)
def test_a_function_takes_its_sample(functions: Any, function: str, path: Path) -> None:
    answer, told = invoked(functions, function, json.loads(path.read_text(encoding="utf-8")))
    assert ("FunctionError" in answer) == (path.stem in REFUSED), told


def invoked(functions: Any, function: str, event: Any) -> tuple[dict[str, Any], Any]:
    answer = functions.invoke(FunctionName=function, Payload=json.dumps(event))
    return answer, json.loads(answer["Payload"].read() or b"null")
