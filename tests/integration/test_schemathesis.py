"""schemathesis plays with every operation as somebody who may use it: what is documented is what is answered.

Each operation gets one request, good or bad as the seed has it; in a longer run many of either (`make fuzz`)."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from random import Random
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
import schemathesis
import urllib3
from hypothesis import HealthCheck, Phase, given, seed, settings
from requests.structures import CaseInsensitiveDict
from schemathesis import Case as AnyCase
from schemathesis.core.failures import AcceptedNegativeData, Failure, FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.openapi.checks import RejectedPositiveData
from schemathesis.specs.openapi.checks import ignored_auth

from tests.support import chance
from tests.support.database import EngineFor
from tests.support.system.furnished import register
from tests.support.system.hostile import CALLERS, DOCUMENT
from tests.support.system.whole_api import WholeApi, bearer, whole_api

Case = AnyCase[Any]
SEED, EXAMPLES = chance.seed(), chance.scaled(1)
# It opens connections of its own, and there is no port; `test_hostile.py` asks every operation as everybody.
EXCLUDED = [ignored_auth]
# A schema cannot say: where an instant must lie, which zones, rules and telephone numbers there are, that 1.0 is no
# amount of money, what belongs together.
BEYOND_SCHEMA = {
    "greater_than_equal",
    "less_than_equal",
    "int_type",
    "invalid_phone",
    "invalid_email",
    "phone_without_messages",
    "unknown_time_zone",
    "invalid_recurrence",
    "exactly_one_of",
    "one_address",
    "one_proof",
    "line_amount",
    "what_is_paid_for",
    "which_payments",
    "one_occasion",
    "channel_twice",
    "which_certificate",
    "money_or_time",
    "nothing_to_invoice",
    "no_words",
    "one_file",
    "one_of_two",
    "search_too_short",
    "not_divisible",
    "string_too_short",  # of what is left without the spaces around it
}


@pytest.fixture(scope="module")
def api(engine_for: EngineFor) -> Iterator[WholeApi]:
    register(engine_for("gateway"))
    with pytest.MonkeyPatch.context() as patch, whole_api(engine_for, patch) as made:
        yield made


def sent(api: WholeApi, case: Case, headers: Mapping[str, str]) -> requests.Response:
    """The answer to a case, in the form that schemathesis checks."""
    given_ = case.as_transport_kwargs(base_url="http://127.0.0.1:5000", headers=dict(headers))
    known = ("method", "url", "headers", "params", "json", "data")
    request = requests.Request(**{name: given_[name] for name in known if name in given_}).prepare()
    address = urlsplit(str(request.url))
    body: Any = request.body.encode() if isinstance(request.body, str) else request.body or b""
    plain = {
        name: value if isinstance(value, str) else value.decode("latin-1") for name, value in request.headers.items()
    }
    # The answer is handed on as its bytes are.
    plain["Accept-Encoding"] = "identity"
    answer = api.request(str(request.method), address.path, address.query, plain, bytes(body))
    response = requests.Response()
    response.status_code, response.request, response.url = answer.status, request, str(request.url)
    response.headers, response.elapsed = CaseInsensitiveDict(dict(answer.headers)), timedelta(0)
    response.raw = urllib3.HTTPResponse(answer.body, dict(answer.headers), answer.status, preload_content=False)
    response._content = answer.body
    return response


def is_beyond_schema(response: requests.Response) -> bool:
    """Whether a refusal is for what no schema can say."""
    if response.status_code not in (406, 422):
        return False
    problem = response.json()
    if response.status_code == 406:
        # As it is asked for no other form here.
        return bool(problem["code"] == "compressed_only")
    return problem["code"] != "invalid_request" or all(error["code"] in BEYOND_SCHEMA for error in problem["errors"])


def is_expected(error: Failure, case: Case, response: requests.Response) -> bool:
    """A wish for a language that makes no sense is passed over, as RFC 9110 has it. A list of no values is not even
    sent in a query."""
    if isinstance(error, RejectedPositiveData):
        return is_beyond_schema(response)
    unsent = any(value == [] for value in (case.query or {}).values())
    return isinstance(error, AcceptedNegativeData) and (unsent or "`Accept-Language`" in error.message)


def faults(case: Case, response: requests.Response, headers: Mapping[str, str]) -> list[str]:
    """What schemathesis finds wrong with an answer."""
    try:
        case.validate_response(response, excluded_checks=EXCLUDED, headers=dict(headers))
    except FailureGroup as group:
        found = [error for error in group.exceptions if isinstance(error, Failure)]
        refused = [f"{error.title}: {error.message}" for error in found if not is_expected(error, case, response)]
        return [*refused, response.text[:500]] if refused else []
    return []


def test_the_answers_are_those_that_are_documented(api: WholeApi) -> None:
    schema, broken, random = schemathesis.openapi.from_dict(DOCUMENT), list[str](), Random(SEED)
    for result in schema.get_all_operations():
        operation: Any = result.ok()  # type: ignore[union-attr]
        if not operation.path.startswith("/webhooks"):
            both = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
            for mode in both if EXAMPLES > 1 else (random.choice(both),):
                broken += tried(api, operation, mode)

    assert not broken, "\n".join([chance.told(), *broken])


def tried(api: WholeApi, operation: Any, mode: GenerationMode) -> list[str]:
    """The faults of one operation, over a few cases."""
    raw, found = operation.definition.raw, list[str]()
    named = {*raw.get("x-roles", ()), *raw.get("x-services", ())}
    headers = bearer(next((caller for caller in CALLERS if caller in named), "anonymous"))

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def run(case: Case) -> None:
        response = sent(api, case, headers)
        told = f"{operation.label}: {response.status_code} to {case.body!r:.300} {case.query} {case.headers}"
        found.extend(f"{told}\n    {fault}" for fault in faults(case, response, headers))

    run()
    return found
