"""Rules of the infrastructure as code, checked on the templates as written and as the runtime resolves them."""

import json
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from core.http.browsers import READABLE
from core.settings import ORIGINS
from infra.local.postgres.server import PRIVATE
from infra.local.template import EVERYTHING_ON, load_template
from infra.local.template.functions import with_globals
from infra.local.template.model import Function, System
from infra.local.template.stack import Resource, Stack
from notification.messages.domain.plans import ACCOUNT_PLANS, NEWS_PLANS, PLANS
from shared_schemas.access import ACCESS
from shared_schemas.events.accounts import AccountErased, AccountJoined, CodeRequested
from shared_schemas.events.envelope import REGISTRY
from shared_schemas.events.staff import StaffInvited
from tests.support.runs.table import each
from tests.support.system.template import whole_system

ROOT = Path(__file__).parents[3]
STACK = Stack(ROOT / "template.yaml", EVERYTHING_ON, "http://127.0.0.1:1")
SYSTEM: System = whole_system()
RESOURCES = list(STACK.walk())
FUNCTIONS = list(SYSTEM.functions.values())
SERVICES = {"gateway", "booking", "payment", "integration", "notification", "migrator"}

# EC2 checks these actions against no resource, and Lambda needs them to join the network.
ANY_RESOURCE = {"JoinNetwork", "SendTexts"}
# Functions with a log of their own, beside their service's.
APART = {"PaymentWebhooks", "IntegrationReplays"}
# The one door besides the API: payment gateways sign in nowhere.
PUBLIC_URLS = {"PaymentWebhooks", "NotificationWebhooks"}


def of_type(kind: str) -> list[Resource]:
    return [resource for resource in RESOURCES if resource.type == kind]


def label(item: Resource | Function) -> str:
    return item.label if isinstance(item, Resource) else item.logical_id


def statements(resource: Resource) -> Iterator[dict[str, Any]]:
    own = [resource.properties] if "PolicyDocument" in resource.properties else []
    for policy in resource.properties.get("Policies", own):
        yield from policy["PolicyDocument"]["Statement"]


QUEUES = of_type("AWS::SQS::Queue")
LOG_GROUPS = of_type("AWS::Logs::LogGroup")
POLICIES = [*of_type("AWS::IAM::Role"), *of_type("AWS::IAM::RolePolicy")]
PERMISSIONS = [statement for policy in POLICIES for statement in statements(policy)]


def test_the_database_tells_its_log_as_little_as_the_local_one_does() -> None:
    (group,) = of_type("AWS::RDS::DBParameterGroup")
    (instance,) = of_type("AWS::RDS::DBInstance")
    name = instance.properties["DBInstanceIdentifier"]

    assert PRIVATE.items() <= group.properties["Parameters"].items()
    assert f"/aws/rds/instance/{name}/postgresql" in {log.properties.get("LogGroupName") for log in LOG_GROUPS}


def test_there_is_something_to_check() -> None:
    assert {function.service for function in FUNCTIONS} == SERVICES
    assert SYSTEM.api and SYSTEM.api.routes
    assert len(LOG_GROUPS) > len(SERVICES)
    assert QUEUES and SYSTEM.schedules and PERMISSIONS


@each("function", FUNCTIONS, ids=label)
def test_every_handler_exists(function: Function) -> None:
    module, name = function.handler.rsplit(".", 1)
    assert callable(getattr(import_module(module), name))
    assert module.split(".")[0] == function.service


@each("resource", of_type("AWS::Serverless::Function"), ids=label)
def test_every_function_logs_as_its_own_service(resource: Resource) -> None:
    properties = with_globals(resource)
    of_service = properties["Environment"]["Variables"]["SERVICE"].capitalize()
    home = f"{resource.logical_id if resource.logical_id in APART else of_service}Service"
    nested = STACK.nested(home)
    assert properties["LoggingConfig"]["LogGroup"] == nested.output("LogGroup")
    assert properties["LoggingConfig"]["LogFormat"] == "JSON"


@each("resource", LOG_GROUPS, ids=label)
def test_every_log_is_kept_for_a_limited_time(resource: Resource) -> None:
    assert int(resource.properties["RetentionInDays"]) > 0


@each("function", [f for f in FUNCTIONS if "DATABASE_URL" in f.environment], ids=label)
def test_every_function_is_its_own_role_in_the_database(function: Function) -> None:
    url = make_url(function.environment["DATABASE_URL"].replace("Database-Instance.Endpoint.Port", "5432"))
    assert url.username == ("cyclorama_owner" if function.service == "migrator" else f"cyclorama_{function.service}")
    assert url.query["sslmode"] == "verify-full"
    assert function.environment["DATABASE_IAM_AUTH"] == ("false" if function.service == "migrator" else "true")


@each("queue", QUEUES, ids=label)
def test_every_queue_is_encrypted_and_has_dead_letters_for_two_weeks(queue: Resource) -> None:
    assert queue.properties["SqsManagedSseEnabled"] is True
    redrives = [q.properties["RedrivePolicy"] for q in QUEUES if "RedrivePolicy" in q.properties]
    redrive = queue.properties.get("RedrivePolicy")
    if redrive is None:
        assert queue.properties["MessageRetentionPeriod"] == 14 * 24 * 3600
        given_up = {redrive["deadLetterTargetArn"] for redrive in redrives} | {f.failure_queue for f in FUNCTIONS}
        assert queue.arn in given_up
    else:
        assert redrive["deadLetterTargetArn"] in {q.arn for q in QUEUES if "RedrivePolicy" not in q.properties}
        assert int(redrive["maxReceiveCount"]) >= 3


@each("queue", QUEUES, ids=label)
def test_somebody_is_told_of_a_queue_that_stands_still(queue: Resource) -> None:
    watched = {
        alarm.properties["Dimensions"][0]["Value"]
        for alarm in of_type("AWS::CloudWatch::Alarm")
        if alarm.properties.get("Namespace") == "AWS/SQS" and alarm.properties["AlarmActions"]
    }
    assert queue.name in watched


@each("source", SYSTEM.queue_sources, ids=lambda source: source.function)
def test_consumers_report_partial_failures_and_finish_before_the_message_returns(source: Any) -> None:
    queue = next(q for q in SYSTEM.queues if q.name == source.queue)
    assert source.partial_failures
    assert source.timeout == SYSTEM.functions[source.function].timeout
    assert source.timeout * 6 <= int(queue.attributes["VisibilityTimeout"])


DEAD_LETTERS = "-dead-letters"
FAILURES = "cyclorama-failed-invocations"
# What SES tells of mail comes from a topic of its own, and names addresses, which the table of dead letters may not.
MAIL_EVENTS = "cyclorama-notification-mail-events"


def test_every_rule_leads_to_a_queue_that_a_function_reads() -> None:
    targets = {arn.rpartition(":")[2] for rule in SYSTEM.rules for arn in rule.targets.values()}
    read = {source.queue for source in SYSTEM.queue_sources if not source.queue.endswith(DEAD_LETTERS)}
    assert targets == read - {FAILURES, MAIL_EVENTS}
    assert MAIL_EVENTS in read


@each("function", FUNCTIONS, ids=label)
def test_an_invocation_that_nobody_waits_for_does_not_fail_unseen(function: Function) -> None:
    assert function.failure_queue.rpartition(":")[2] == FAILURES
    assert "integration.consumers.record_failed_invocations" in {
        SYSTEM.functions[source.function].handler for source in SYSTEM.queue_sources if source.queue == FAILURES
    }


def test_every_dead_letter_is_collected() -> None:
    dead = {queue.name for queue in QUEUES if "RedrivePolicy" not in queue.properties} - {FAILURES}
    assert MAIL_EVENTS + DEAD_LETTERS in dead
    collectors = {
        source.queue: source.function for source in SYSTEM.queue_sources if source.queue.endswith(DEAD_LETTERS)
    }
    assert collectors == dict.fromkeys(dead - {MAIL_EVENTS + DEAD_LETTERS}, "IntegrationDeadLetters")


def test_rules_ask_only_for_registered_events() -> None:
    asked = {kind for rule in SYSTEM.rules for kind in rule.pattern.get("detail-type", [])}
    assert asked <= {kind for kind, _ in REGISTRY}


def test_notification_receives_every_event_that_makes_or_stops_a_message() -> None:
    rule = next(rule for rule in SYSTEM.rules if rule.name.endswith("notification-messages"))
    makes = {CodeRequested.type, StaffInvited.type, *(event.type for event in (*PLANS, *ACCOUNT_PLANS, *NEWS_PLANS))}
    bookings = {kind for kind, _ in REGISTRY if kind.startswith("booking.")}
    assert set(rule.pattern["detail-type"]) == makes | bookings | {AccountErased.type, AccountJoined.type}


@each("schedule", SYSTEM.schedules, ids=lambda schedule: schedule.function)
def test_a_job_is_done_before_its_next_turn(schedule: Any) -> None:
    assert SYSTEM.functions[schedule.function].timeout < schedule.interval


@each("service", sorted(SERVICES - {"migrator"}))
def test_every_service_with_an_outbox_relays_it(service: str) -> None:
    handlers = {SYSTEM.functions[schedule.function].handler for schedule in SYSTEM.schedules}
    assert f"{service}.jobs.relay_outbox" in handlers


def test_permissions_name_their_resources() -> None:
    for statement in PERMISSIONS:
        resources = statement.get("Resource")
        if statement.get("Sid") not in ANY_RESOURCE and resources is not None:
            assert "*" not in ([resources] if isinstance(resources, str) else resources), statement
        actions = statement["Action"]
        assert not [a for a in ([actions] if isinstance(actions, str) else actions) if "*" in a], statement


def test_functions_and_apis_are_in_the_root_template_alone() -> None:
    # `sam local start-api` does not find them elsewhere.
    assert [r.label for r in RESOURCES if r.stack is not STACK and r.type.startswith("AWS::Serverless::")] == []


def test_one_address_besides_the_api_is_public() -> None:
    assert set(SYSTEM.function_urls) == PUBLIC_URLS


def test_api_gateway_may_invoke_what_its_document_names() -> None:
    assert SYSTEM.api
    named = {route.function for route in SYSTEM.api.routes} | {a.function for a in SYSTEM.api.authorizers.values()}
    allowed = {
        permission.properties["FunctionName"]
        for permission in of_type("AWS::Lambda::Permission")
        if permission.properties["Principal"] == "apigateway.amazonaws.com"
        and permission.properties["SourceArn"].endswith("/*")
    }
    # With Canary an alias of it is asked for.
    assert allowed == named | {f"{name}Aliaslive" for name in named}


def test_routes_lead_to_the_functions_of_the_rest_apis() -> None:
    assert SYSTEM.api
    rest = {f.logical_id for f in FUNCTIONS if f.handler.endswith(".app.app")}
    assert {route.function for route in SYSTEM.api.routes} == rest


def test_api_gateway_gives_up_no_earlier_than_the_functions() -> None:
    document = json.loads((ROOT / "infra" / "api.json").read_text())
    slowest = max(f.timeout for f in FUNCTIONS if f.handler.endswith(".app.app"))
    for path, operations in document["paths"].items():
        for operation in operations.values():
            assert operation["x-amazon-apigateway-integration"]["timeoutInMillis"] >= slowest * 1000, path


def test_every_refusal_of_api_gateway_is_a_problem_document() -> None:
    assert SYSTEM.api
    for kind, response in SYSTEM.api.responses.items():
        assert response.headers["Content-Type"] == "application/problem+json"
        body = json.loads(response.templates["application/json"])
        assert {"type", "title", "code", "detail", "correlation_id"} <= set(body), kind
        assert body.get("status") == response.status, kind


@each(("asked", "most"), [({}, 3000), ({"RequestsPerAddress": "500"}, 500), ({"RequestsPerAddress": "0"}, None)])
def test_the_firewall_counts_by_the_parameter(asked: dict[str, str], most: int | None) -> None:
    api = load_template(ROOT / "template.yaml", asked).api
    assert api and api.per_address == most
    assert api.responses["WAF_FILTERED"].status == api.responses["THROTTLED"].status == 429


def test_every_refusal_of_api_gateway_can_be_read_by_pages_once_there_are_allowed_ones() -> None:
    for parameters, repeated in (({}, None), ({"AllowedOrigins": "https://a.example"}, "method.request.header.Origin")):
        api = load_template(ROOT / "template.yaml", parameters).api
        assert api and len(api.responses) > 10
        for kind, response in api.responses.items():
            assert response.headers.get("Access-Control-Allow-Origin") == repeated, kind
            assert response.headers["Access-Control-Expose-Headers"] == READABLE
            assert response.headers["Vary"] == "Origin"


def test_no_refusal_of_api_gateway_is_kept_or_taken_for_something_else() -> None:
    assert SYSTEM.api
    for response in SYSTEM.api.responses.values():
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "no-referrer"


def test_the_template_and_the_settings_take_the_same_origins() -> None:
    (pattern,) = (
        body["AllowedPattern"] for name, body in STACK.document["Parameters"].items() if name == "AllowedOrigins"
    )
    for origins in (
        "",
        "https://a.example",
        "http://localhost:3000,https://a.example",
        "*",
        "https://a.example/",
        "a.example",
        "null",
    ):
        assert bool(re.fullmatch(pattern, origins)) == bool(re.fullmatch(ORIGINS, origins)), origins
    assert not re.fullmatch(pattern, "*")


def test_the_authorisers_verdict_is_kept_for_a_minute_and_only_for_reads_that_no_key_may_make() -> None:
    """A revoked key opens nothing from then on. What ends a session or changes a role is felt at once by writes and by
    those reads, and by the others within the minute."""
    assert SYSTEM.api
    ttls = {"Authorizer": 60, "FreshAuthorizer": 0, "OptionalAuthorizer": 0}
    assert {name: a.ttl for name, a in SYSTEM.api.authorizers.items()} == ttls
    assert {a.function for a in SYSTEM.api.authorizers.values()} == {"Authorizer"}
    for route in SYSTEM.api.routes:
        if route.authorizer and route.authorizer != "OptionalAuthorizer":
            reads = ACCESS[f"GET {route.path}"] if route.method in ("GET", "HEAD") else None
            remembers = reads is not None and reads.scope is None
            assert route.authorizer == ("Authorizer" if remembers else "FreshAuthorizer"), route


def test_one_authoriser_is_asked_about_requests_without_a_token() -> None:
    """API Gateway answers 401 itself where one of type TOKEN finds no token. Of type REQUEST, it must name no identity
    source and keep no verdict, or it does the same."""
    assert SYSTEM.api
    assert {name for name, each in SYSTEM.api.authorizers.items() if each.takes_all} == {"OptionalAuthorizer"}
    document = json.loads((ROOT / "infra" / "api.json").read_text())
    scheme = document["components"]["securitySchemes"]["OptionalAuthorizer"]
    described = scheme["x-amazon-apigateway-authorizer"]
    assert described["type"] == "request"
    assert described["authorizerResultTtlInSeconds"] == 0
    assert not {"identitySource", "identityValidationExpression"} & set(described)
    guarded = [route for route in SYSTEM.api.routes if route.authorizer == "OptionalAuthorizer"]
    assert [(route.method, route.path) for route in guarded] == [("POST", "/v1/bookings")]
