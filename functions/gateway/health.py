"""The health of the whole system: every service, the broker, and the accounts' own database."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import urllib3

from core.aws import calls
from core.http.health import DegradedError
from core.observability import logger
from core.secrets import resolve
from shared_schemas.common import Health

SERVICES = ("booking", "payment", "integration", "notification")
TIMEOUT = urllib3.Timeout(connect=1, read=4)


class SystemHealth:
    """Asks all components at once; `own` is the result of this function's own checks."""

    def __init__(self, api_url: str, event_bus: str) -> None:
        self._api_url = api_url
        self._event_bus = event_bus
        self._pool = urllib3.PoolManager(timeout=TIMEOUT, retries=False, maxsize=len(SERVICES))

    def check(self, own: Mapping[str, str]) -> Health:
        """The state of each component; `DegradedError` if any of them does not work."""
        names: Sequence[str] = (*SERVICES, "broker")
        with ThreadPoolExecutor(len(names)) as threads:
            answers = threads.map(self._ask, names)
            checks = {**own, **dict(zip(names, answers, strict=True))}
        if any(word != "ok" for name, word in checks.items() if not name.endswith("_seconds")):
            raise DegradedError(checks=checks)
        return Health(status="ok", checks=checks)

    def _ask(self, name: str) -> str:
        try:
            if name == "broker":
                calls.json_service("events").call("DescribeEventBus", {"Name": self._event_bus})
                return "ok"
            url = f"{resolve(self._api_url).rstrip('/')}/health/{name}"
            answer = self._pool.request("GET", url)
            return "ok" if answer.status == 200 else f"answers {answer.status}"
        except Exception as error:
            # Any error of a component is its result.
            logger.warning("A component is not responding", component=name, error=f"{type(error).__name__}: {error}")
            return "unreachable"
