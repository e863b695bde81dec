"""Each function of the running system takes the samples in `events/` that are its own, as from `sam local invoke`."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra.local.plan.defaults import MIGRATOR
from infra.samples import samples
from tests.support.system.template import whole_system
from tests.support.system.whole import System

OWN = [(function, path) for function, paths in sorted(samples(whole_system()).items()) for path in paths]
# Its token is nobody's, which an authoriser says by failing.
REFUSED = {"apigateway_authorizer"}
# A hall that is not here; an address that is not the sandbox's.
STATUS = {"apigateway_create_booking": 404, "function_url_yookassa_webhook": 403}
# A booking and a payment that are not here may come yet: these come again.
COMES_AGAIN = {
    ("IntegrationConfirmations", "sqs_payment_succeeded"),
    ("PaymentNotifications", "sqs_payment_notification"),
}


@pytest.mark.parametrize(("function", "path"), OWN, ids=lambda each: each if isinstance(each, str) else each.stem)
def test_a_function_takes_its_sample(system: System, function: str, path: Path) -> None:
    event: dict[str, Any] = json.loads(path.read_text())
    if path.stem in REFUSED:
        with pytest.raises(AssertionError, match="Unauthorized"):
            system.invoke(function, event)
        return

    answer = system.invoke(function, event)

    if "Records" in event:
        failed = [record["messageId"] for record in event["Records"] if (function, path.stem) in COMES_AGAIN]
        assert answer == {"batchItemFailures": [{"itemIdentifier": each} for each in failed]}
    elif "requestContext" in event and "methodArn" not in event:
        assert answer["statusCode"] == STATUS.get(path.stem, 200), answer
    elif function == MIGRATOR:
        assert answer["before"] == answer["after"]
    else:
        assert isinstance(answer, dict), answer
