"""Invokes functions from another process than the runtime's, over its Invoke API."""

from infra.local.execution.invocation import Failure, Outcome, failed
from infra.local.sources.line import Line


class Invoker:
    """One keep-alive connection, so one caller at a time; `timeout` (s) is longer than any function may take."""

    def __init__(self, endpoint: str, timeout: float) -> None:
        self._line = Line(endpoint, timeout)

    async def __call__(self, function: str, payload: bytes) -> Outcome:
        """How the invocation ended; a runtime that cannot be reached is a failure like any other."""
        path = f"/2015-03-31/functions/{function}/invocations"
        try:
            answer = await self._line.post(path, {"Content-Type": "application/json"}, payload)
        except OSError as error:
            return failed(Failure.ERROR, "ServiceException", f"the runtime did not answer: {error!r}")
        if answer.status != 200:
            reason = answer.headers.get("x-amzn-errortype", "ServiceException")
            return failed(Failure.ERROR, reason, f"the runtime answered {answer.status}")
        return Outcome(answer.body, Failure.ERROR if "x-amz-function-error" in answer.headers else None)

    def close(self) -> None:
        """Hang up."""
        self._line.close()
