"""The committed documents of the API are those of the code, and hold together."""

import copy
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import schemathesis

from core.http.operations import Operation
from core.http.problems import status_of
from gateway.web.files import Files
from infra.generate import access_page
from infra.generate.naming import RENAMED, VALUES
from infra.generate.openapi import documents, operations
from infra.generate.sharing import inlined
from infra.generate.webhooks import NOW, SECRET
from infra.local.template.model import Route
from integration.connectors.webhooks.domain import SIGNATURE_HEADER, TEST_TYPE, known_types, signature
from shared_schemas.errors import CycloramaError
from shared_schemas.integration.connectors import WebhookCall
from tests.support.runs.table import each
from tests.support.system.template import system

ROOT = Path(__file__).parents[2]
WRITTEN: dict[str, Any] = json.loads((ROOT / "functions/gateway/pages/openapi.json").read_text())
DOCUMENT = inlined(WRITTEN)
GATEWAY: dict[str, Any] = json.loads((ROOT / "infra/api.json").read_text())
SYSTEM = system()
SERVED = [(service, operation) for service, group in operations().items() for operation in group]


def documented() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in DOCUMENT["paths"].items():
        for method, operation in item.items():
            if method != "servers":
                yield method.upper(), path, operation


DOCUMENTED = list(documented())
# One where there is no route (the first administrator is made by invoking a function), one where no route leads.
# And one that makes an offer of the waitlist wait for the next turn.
# One is for a method that no route has.
# The others go to providers of messages, who have a function URL of their own (docs/messages.md).
NEVER_ANSWERED = {"admin_exists", "customer_busy", "method_not_allowed", "not_found"} | {
    "message_provider_unknown", "callback_forged", "callback_malformed",
}  # fmt: skip
BODIES = {
    operation["operationId"]: operation["requestBody"]["content"]["application/json"]["schema"]
    for _, _, operation in DOCUMENTED
    if "requestBody" in operation
}


def route(operation: Operation) -> str:
    return f"{operation.method} {operation.path}"


def codes(operation: dict[str, Any]) -> set[str]:
    return {
        code for answer in operation["responses"].values() for code in re.findall(r"`(\w+)`", answer["description"])
    }


def own_errors() -> list[type[CycloramaError]]:
    """Error types with a code of their own; other tests define some, too."""
    errors = [error for error in all_errors() if "code" in vars(error)]
    return [error for error in errors if not error.__module__.split(".")[0].startswith("test")]


def all_errors(kind: type[CycloramaError] = CycloramaError) -> Iterator[type[CycloramaError]]:
    for subclass in kind.__subclasses__():
        yield subclass
        yield from all_errors(subclass)


ERRORS = own_errors()


def test_there_is_something_to_check() -> None:
    assert {service for service, _ in SERVED} == {"gateway", "booking", "payment", "integration", "notification"}
    assert len(DOCUMENTED) > len(SERVED) > 20
    assert len(BODIES) > 5


def test_the_page_of_the_table_is_current() -> None:
    assert access_page.PAGE.read_text(encoding="utf-8") == access_page.page(), "run `make openapi`"


@each(("path", "wanted"), lambda: documents().items(), ids=lambda value: getattr(value, "name", ""))
def test_the_committed_documents_are_those_of_the_code(path: Path, wanted: str) -> None:
    assert path.read_text(encoding="utf-8") == wanted, "run `make openapi`"


def test_the_document_is_openapi_3_1() -> None:
    assert DOCUMENT["openapi"] == "3.1.0"
    schemathesis.openapi.from_dict(DOCUMENT).validate()


def test_a_document_that_is_not_would_be_refused() -> None:
    broken = copy.deepcopy(DOCUMENT)
    del broken["paths"]["/v1/halls"]["get"]["responses"]["200"]["description"]
    with pytest.raises(Exception, match="description"):
        schemathesis.openapi.from_dict(broken).validate()


def test_every_reference_leads_somewhere() -> None:
    names = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(DOCUMENT)))
    assert names == set(DOCUMENT["components"]["schemas"])


def test_operations_have_names_of_their_own() -> None:
    names = [operation["operationId"] for _, _, operation in DOCUMENTED]
    names += [call["post"]["operationId"] for call in DOCUMENT["webhooks"].values()]
    assert len(set(names)) == len(names)
    assert [name for name in names if not re.fullmatch(r"[a-z]+(_[a-z]+)*", name)] == []


@each(("method", "path", "operation"), DOCUMENTED, ids=lambda value: str(value)[:60])
def test_every_operation_says_what_it_does(method: str, path: str, operation: dict[str, Any]) -> None:
    summary = operation["summary"]
    assert summary.endswith(".") and summary != operation["operationId"]
    assert [int(status) for status in operation["responses"] if status < "304"], "no success"
    assert operation["tags"][0] in {tag["name"] for tag in DOCUMENT["tags"]}
    parameters = {parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "path"}
    assert parameters == set(re.findall(r"{(\w+)}", path))


# Generators and linters of OpenAPI: each of these made one leave something out, or write what cannot be imported.


def test_names_of_schemas_show_no_module_and_nothing_is_named_twice() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    assert [name for name in schemas if not re.fullmatch(r"[A-Z][A-Za-z0-9]+", name)] == []
    assert set(RENAMED.values()) <= set(schemas)
    assert not RENAMED.keys() & set(schemas)
    # Pydantic would call `hall_id` a "Hall Id" as well.
    assert titles(DOCUMENT["paths"]) + titles(DOCUMENT["components"]) == []


def titles(value: Any, *, of_fields: bool = False) -> list[str]:
    """Titles of schemas; a field may be called `title`."""
    if isinstance(value, list):
        return [title for item in value for title in titles(item)]
    if not isinstance(value, dict):
        return []
    own = [value["title"]] if not of_fields and isinstance(value.get("title"), str) else []
    parts = ((name, part) for name, part in value.items() if name not in VALUES)
    return own + [title for name, part in parts for title in titles(part, of_fields=name == "properties")]


def test_the_document_says_where_it_is_served_and_what_each_tag_is_about() -> None:
    assert [server["url"] for server in DOCUMENT["servers"]] == [".", "http://127.0.0.1:5000"]
    assert [tag["name"] for tag in DOCUMENT["tags"] if not tag["description"].endswith(".")] == []
    used = {operation["tags"][0] for _, _, operation in DOCUMENTED}
    grouped = [tag for group in DOCUMENT["x-tagGroups"] for tag in group["tags"]]
    assert sorted(grouped) == sorted(used) == sorted(tag["name"] for tag in DOCUMENT["tags"])


def test_every_event_is_a_webhook_and_a_call_is_what_is_sent() -> None:
    assert set(DOCUMENT["webhooks"]) == {*known_types(), TEST_TYPE}
    for kind, call in DOCUMENT["webhooks"].items():
        body = call["post"]["requestBody"]["content"]["application/json"]
        validate(body["example"], body["schema"])
        assert WebhookCall.model_validate(body["example"]).type == kind
    signature_of = DOCUMENT["components"]["parameters"][SIGNATURE_HEADER]["example"]
    tested = DOCUMENT["webhooks"][TEST_TYPE]["post"]["requestBody"]["content"]["application/json"]["example"]
    sent = WebhookCall.model_validate(tested).model_dump_json().encode()
    assert signature_of == signature(sent, [SECRET], NOW)


def validate(value: Any, schema: Mapping[str, Any]) -> None:
    """Against a schema that may refer to others of the document."""
    whole = {**schema, "components": {"schemas": DOCUMENT["components"]["schemas"]}}
    jsonschema_rs.Draft202012Validator(whole, validate_formats=True).validate(value)


@each(("method", "path", "operation"), DOCUMENTED, ids=lambda value: str(value)[:60])
def test_generators_can_read_every_operation(method: str, path: str, operation: dict[str, Any]) -> None:
    assert operation["description"].endswith(".")
    assert "security" in operation
    assert len(operation.get("requestBody", {"content": [1]})["content"]) == 1
    types = [media for answer in operation["responses"].values() for media in answer.get("content", {})]
    assert [media for media in types if "*" in media] == []
    for answer in operation["responses"].values():
        assert all("schema" in content for content in answer.get("content", {}).values())


def examples() -> Iterator[tuple[str, dict[str, Any], Any]]:
    for name, schema in DOCUMENT["components"]["schemas"].items():
        yield from ((name, schema, shown) for shown in schema.get("examples", []))


@each(("name", "schema", "shown"), list(examples()), ids=lambda value: str(value)[:30])
def test_every_example_is_valid(name: str, schema: dict[str, Any], shown: Any) -> None:
    validate(shown, schema)


@each(("service", "operation"), SERVED, ids=lambda value: getattr(value, "name", value))
def test_every_refusal_has_a_documented_code(service: str, operation: Operation) -> None:
    described = DOCUMENT["paths"][operation.path][operation.method.lower()]
    assert {error.code for error in operation.errors} <= codes(described)
    for status, answer in described["responses"].items():
        if status >= "400":
            assert re.findall(r"`\w+`", answer["description"]), status
            assert list(answer["content"]) == ["application/problem+json"]
    assert ("401" in described["responses"]) >= (not operation.access.is_open)
    assert ("403" in described["responses"]) == (not operation.access.is_open)
    assert described["security"] == ways_in(operation)
    assert described.get("x-guests", False) is operation.access.guests


def ways_in(operation: Operation) -> list[dict[str, list[str]]]:
    access = operation.access
    with_a_key = [{"apiKey": [access.scope]}] if access.scope else []
    without = list[dict[str, list[str]]]([{}] if access.strangers else [])
    return [] if access.is_open else [*without, {"bearer": []}, *with_a_key]


def test_what_is_public_and_read_may_be_asked_about_by_its_tag() -> None:
    for _, operation in SERVED:
        described = DOCUMENT["paths"][operation.path][operation.method.lower()]
        assert ("304" in described["responses"]) == (operation.method == "GET" and operation.access.is_open), route(
            operation
        )


def test_a_code_has_one_status() -> None:
    statuses: dict[str, set[int]] = {}
    for error in ERRORS:
        statuses.setdefault(error.code, set()).add(status_of(error)[0])
        assert re.fullmatch(r"[a-z]+(_[a-z0-9]+)*", error.code), error
    assert {code: found for code, found in statuses.items() if len(found) > 1} == {}


def test_every_code_is_documented_somewhere() -> None:
    found = {code for _, _, operation in DOCUMENTED for code in codes(operation)}
    assert {error.code for error in ERRORS} - found == NEVER_ANSWERED
    assert found - {error.code for error in ERRORS} == {"throttled"}


def test_every_text_exists_in_both_languages_with_the_same_parameters() -> None:
    for error in ERRORS:
        parameters = [sorted(re.findall(r"{(\w+)}", text)) for text in (error.text.en, error.text.ru)]
        assert parameters[0] == parameters[1], error
        assert error.text.en != error.text.ru, error


def guard(operation: Operation) -> str | None:
    """Which authoriser stands before it; see `tests/contract/stack/test_template.py`."""
    if operation.access.is_open:
        return None
    if operation.access.strangers:
        return "OptionalAuthorizer"
    return "Authorizer" if operation.method == "GET" and not operation.access.scope else "FreshAuthorizer"


def test_the_runtime_and_api_gateway_serve_exactly_the_routes_of_the_code() -> None:
    assert SYSTEM.api
    functions = {o.path: f"{service.capitalize()}Api" for service, o in SERVED}
    served = {Route(o.method, o.path, functions[o.path], guard(o)) for _, o in SERVED}
    served |= {Route("HEAD", o.path, functions[o.path], guard(o)) for _, o in SERVED if o.method == "GET"}
    # OPTIONS, and 405 for all else.
    served |= {Route("ANY", path, function) for path, function in functions.items()}
    assert set(SYSTEM.api.routes) == served


def test_a_path_belongs_to_one_service() -> None:
    owners = {(operation.path, service) for service, operation in SERVED}
    assert len(owners) == len({path for path, _ in owners})


@each(("service", "operation"), SERVED, ids=lambda value: getattr(value, "name", value))
def test_api_gateway_sends_every_route_to_its_own_function(service: str, operation: Operation) -> None:
    described = GATEWAY["paths"][operation.path][operation.method.lower()]
    assert described["security"] == ([] if operation.access.is_open else [{guard(operation): []}])
    integration = described["x-amazon-apigateway-integration"]
    assert f"/${{{service.capitalize()}Api.Arn}}${{Door}}/invocations" in integration["uri"]["Fn::Sub"][0]
    # Whatever the method, Lambda is invoked by POST.
    assert (integration["type"], integration["httpMethod"]) == ("aws_proxy", "POST")


def test_public_is_what_nobody_needs_to_sign_in_for() -> None:
    public = {route(operation) for _, operation in SERVED if operation.access.is_open}
    # The page of traces asks for a sign-in itself; what it shows is for staff.
    pages = {"GET /docs", "GET /openapi.json", "GET /trace", "GET /invitation", "GET /.well-known/jwks.json"}
    pages |= {
        "GET /",
        "GET /book",
        "GET /desk",
        "GET /manage",
        "GET /s/{short}",
        "GET /widget.js",
        "GET /push.js",
        "GET /assets/{version}/{folder}/{name}",
    }
    health = {f"GET /health/{name}" for name in ("booking", "payment", "integration", "notification")}
    accounts = {
        "POST /v1/password-resets",
        "POST /v1/password-resets/{token}",
        "POST /v1/staff-invitations/{invitation}",
        "POST /v1/accounts",
        "POST /v1/codes",
        "POST /v1/guest-tokens",
        "POST /v1/tokens",
        "POST /v1/tokens/refresh",
        # By the secret in a mail.
        "GET /v1/unsubscribe/{token}",
        "POST /v1/unsubscribe/{token}",
    }
    calendar = {
        "GET /v1/halls",
        "GET /v1/halls/{hall_id}",
        "GET /v1/halls/{hall_id}/availability",
        "GET /v1/availability",
    }
    calendar |= {"GET /v1/halls/{hall_id}/holidays", "GET /v1/calendars/{calendar}"}
    terms = {"GET /v1/tariffs", "GET /v1/add-ons", "GET /v1/policy", "POST /v1/quotes", "POST /v1/certificates/lookup"}
    terms |= {"GET /v1/studio", "GET /v1/payment-methods", "GET /v1/calendar"}
    terms |= {"GET /v1/consents", "GET /v1/consents/{kind}/{version}"}
    assert public == {"GET /health"} | pages | health | accounts | calendar | terms


def test_the_page_lists_every_operation_and_event_and_has_words_for_every_code() -> None:
    brought = Files().texts
    for _, _, operation in DOCUMENTED:
        assert f'["{operation["operationId"]}", ' in brought["docs/index.js"]
    for kind in DOCUMENT["webhooks"]:
        assert f'["{kind}", ' in brought["docs/index.js"]
    said = set(re.findall(r'^  "(\w+)": \["', brought["docs/errors.js"], re.MULTILINE))
    assert said == {code for _, _, operation in DOCUMENTED for code in codes(operation)}


def test_the_page_has_a_name_for_every_tag_in_both_languages() -> None:
    named = set(re.findall(r'^  "([^"]+)": "[^"]*[а-я]', Files().texts["docs/names.js"], re.MULTILINE))
    assert named == {name for group in DOCUMENT["x-tagGroups"] for name in (group["name"], *group["tags"])}
