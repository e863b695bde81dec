"""What a feeder asks of SQS, without boto3, whose client takes a millisecond and more for each of its questions."""

import json
from typing import Any

from infra.local.machine.region import REGION
from infra.local.sources.line import Line

CONTENT_TYPE = "application/x-amz-json-1.0"
# No local endpoint looks at the signature; some see by the rest whose queues are meant.
AUTHORIZATION = (
    f"AWS4-HMAC-SHA256 Credential=local/20260101/{REGION}/sqs/aws4_request, SignedHeaders=host, Signature=local"
)
SPARE_SECONDS = 10.0
"""What an answer may take beyond the time for which it is asked to wait."""


class SqsError(Exception):
    """The endpoint refused, in its own words."""


class Sqs:
    """One connection to a local endpoint; `wait` (s) is the longest that a poll waits. `OSError` if nobody answers."""

    def __init__(self, endpoint: str, wait: float) -> None:
        self._line = Line(endpoint, wait + SPARE_SECONDS)

    async def ask(self, action: str, **told: Any) -> dict[str, Any]:
        """An action of SQS's API, by its own names."""
        headers = {
            "Content-Type": CONTENT_TYPE,
            "X-Amz-Target": f"AmazonSQS.{action}",
            "Authorization": AUTHORIZATION,
        }
        answer = await self._line.post("/", headers, json.dumps(told).encode())
        if answer.status != 200:
            raise SqsError(f"{action}: {answer.status} {answer.body[:300].decode(errors='replace')}")
        return dict(json.loads(answer.body))

    def close(self) -> None:
        """Hang up, also on a poll that waits."""
        self._line.close()
