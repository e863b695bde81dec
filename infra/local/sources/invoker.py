"""Invokes functions from another process than the runtime's, over its Invoke API."""

from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from infra.local.execution.invocation import Failure, Outcome, failed


class Invoker:
    """One keep-alive connection, so one caller at a time; `timeout` (s) is longer than any function may take."""

    def __init__(self, endpoint: str, timeout: float) -> None:
        self._connection = HTTPConnection(urlsplit(endpoint).netloc, timeout=timeout)

    def __call__(self, function: str, payload: bytes) -> Outcome:
        """How the invocation ended; a runtime that cannot be reached is a failure like any other."""
        path = f"/2015-03-31/functions/{function}/invocations"
        try:
            self._connection.request("POST", path, payload, {"Content-Type": "application/json"})
            response = self._connection.getresponse()
            body = response.read()
        except (OSError, HTTPException) as error:
            self._connection.close()
            return failed(Failure.ERROR, "ServiceException", f"the runtime did not answer: {error!r}")
        if response.status != 200:
            reason = response.getheader("x-amzn-ErrorType", "ServiceException")
            return failed(Failure.ERROR, reason, f"the runtime answered {response.status}")
        return Outcome(body, Failure.ERROR if response.getheader("X-Amz-Function-Error") else None)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()
