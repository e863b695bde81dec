"""Commands that talk to a running system."""

import json
from http import HTTPStatus
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from rich.table import Table

from infra.local.machine.errors import LocalError
from infra.local.machine.logs import answers
from infra.local.machine.settings import LocalSettings
from infra.local.plan.defaults import MIGRATOR
from infra.local.plan.endpoints import Endpoints

# A migration may take as long as Lambda lets a function run.
TIMEOUT_SECONDS = 900


def status(settings: LocalSettings) -> None:
    """Print the addresses and the functions' processes."""
    endpoints = Endpoints.load(settings.state)
    _, _, functions = request(endpoints, "GET", "/_runtime/functions")
    answers.print(f"Cyclorama runs (pid {endpoints.pid}) at {endpoints.api_url}")
    table = Table("Function", "Service", "Processes", "Served", box=None)
    for function in functions:
        environments = function["environments"]
        pids = ", ".join(f"{e['pid']} {e['state']}" for e in environments) or "–"
        served = str(sum(e["served"] for e in environments))
        table.add_row(function["logical_id"], function["service"], pids, served)
    answers.print(table)


def migrate(settings: LocalSettings) -> None:
    """Invoke the migrator of the running system."""
    answer = invoke(Endpoints.load(settings.state), MIGRATOR, b"{}")
    answers.print(f"The database is at revision {answer['after']} (was {answer['before']}).")


def invoke(endpoints: Endpoints, function: str, event: bytes) -> dict[str, Any]:
    """What a function of the running system answers; a `LocalError` says why it failed."""
    status, headers, answer = request(endpoints, "POST", f"/2015-03-31/functions/{function}/invocations", event)
    if status >= HTTPStatus.BAD_REQUEST or "x-amz-function-error" in headers:
        raise LocalError(f"{function} failed: {answer.get('errorMessage') or answer}")
    return dict(answer)


def request(endpoints: Endpoints, method: str, path: str, body: bytes | None = None) -> tuple[int, dict[str, str], Any]:
    """What the operator's port answers: the status, the headers, the document."""
    connection = HTTPConnection(str(urlsplit(endpoints.lambda_endpoint).netloc), timeout=TIMEOUT_SECONDS)
    try:
        connection.request(method, path, body)
        response = connection.getresponse()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return response.status, headers, json.loads(response.read())
    except OSError as error:
        raise LocalError(f"Cyclorama does not answer at {endpoints.lambda_endpoint}: {error}") from None
    finally:
        connection.close()
