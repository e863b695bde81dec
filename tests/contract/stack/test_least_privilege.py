"""Each role may do what its functions do, and nothing besides, as CloudFormation is told."""

from collections import defaultdict
from operator import attrgetter

from sqlalchemy import make_url

from infra.deploy.transformed import transformed, typed
from infra.local.template import EVERYTHING_ON
from infra.local.template.stack import Resource
from tests.contract.stack.test_template import APART, secrets_of
from tests.support.runs.table import each
from tests.support.stack.policies import as_list, of_function, reached
from tests.support.system.template import whole_system

STACK = transformed(EVERYTHING_ON)
RESOURCES = [*STACK.walk()]
FUNCTIONS = typed(RESOURCES, "AWS::Lambda::Function")
SERVICES = ("gateway", "booking", "payment", "integration", "notification")
SENDS_AGAIN = "IntegrationReplays"
MIGRATOR = "Migrator"
label = attrgetter("label")


def role(function: Resource) -> str:
    return str(function.properties["Role"])


def alike() -> dict[str, set[str]]:
    """The functions of each role."""
    found: dict[str, set[str]] = defaultdict(set)
    for function in FUNCTIONS:
        found[role(function)].add(function.logical_id)
    return found


def service(function: Resource) -> str:
    return str(function.properties["Environment"]["Variables"]["SERVICE"])


def test_what_strangers_call_and_what_speaks_for_all_has_a_role_of_its_own() -> None:
    alone = {name for names in alike().values() if len(names) == 1 for name in names}
    assert alone == APART | {MIGRATOR}
    assert len(alike()) == len(SERVICES) + len(alone)


@each("function", FUNCTIONS, ids=label)
def test_a_role_reads_the_queues_of_its_functions(function: Resource) -> None:
    mappings = [m.properties for m in typed(RESOURCES, "AWS::Lambda::EventSourceMapping")]
    wanted = {m["EventSourceArn"] for m in mappings if m["FunctionName"] in alike()[role(function)]}
    granted = of_function(RESOURCES, function)
    assert reached(granted, "sqs:ReceiveMessage") == wanted
    assert reached(granted, "sqs:DeleteMessage") == wanted
    # Only who reads a queue gives up what is in it.
    assert any(arn.endswith("-*-dead-letters") for arn in reached(granted, "sqs:SendMessage")) == bool(wanted)


@each("function", FUNCTIONS, ids=label)
def test_a_role_speaks_in_the_name_of_its_service_alone(function: Resource) -> None:
    may = [s for s in of_function(RESOURCES, function) if "events:PutEvents" in as_list(s["Action"])]
    own = ["cyclorama." + service(function)]
    if function.logical_id == MIGRATOR:
        assert may == []
        return
    (statement,) = may
    (bus,) = typed(RESOURCES, "AWS::Events::EventBus")
    assert statement["Resource"] == bus.arn
    everybody = [f"cyclorama.{name}" for name in SERVICES]
    names = everybody if function.logical_id == SENDS_AGAIN else own
    assert statement["Condition"] == {"StringEquals": {"events:source": names}}


@each("function", FUNCTIONS, ids=label)
def test_a_role_reads_the_secrets_that_its_functions_are_told_of(function: Resource) -> None:
    system = whole_system()
    wanted = {secret for name in alike()[role(function)] for secret in secrets_of(system.functions[name])}
    assert reached(of_function(RESOURCES, function), "secretsmanager:GetSecretValue") == wanted


@each("function", FUNCTIONS, ids=label)
def test_a_role_signs_in_to_the_database_as_its_service(function: Resource) -> None:
    users = {arn.rpartition("/")[2] for arn in reached(of_function(RESOURCES, function), "rds-db:connect")}
    url = str(function.properties["Environment"]["Variables"]["DATABASE_URL"])
    name = make_url(url.replace("Database-Instance.Endpoint.Port", "5432")).username
    assert users == ({name} if function.logical_id != MIGRATOR else set())
    assert name == ("cyclorama_owner" if function.logical_id == MIGRATOR else f"cyclorama_{service(function)}")


def test_the_function_that_strangers_call_holds_what_it_checks_them_by_and_calls_nobody() -> None:
    (webhooks,) = [f for f in FUNCTIONS if f.logical_id == "PaymentWebhooks"]
    granted = of_function(RESOURCES, webhooks)
    assert reached(granted, "secretsmanager:GetSecretValue") == {"SberPayCallbackKey", "TKassaCredentials"}
    assert reached(granted, "sqs:ReceiveMessage") == set()
    assert {arn.rpartition(":")[2] for arn in reached(granted, "ssm:GetParameter")} == {"parameter/cyclorama/*-pem"}
    told = webhooks.properties["Environment"]["Variables"]
    assert not [name for name in told if told[name] and name.endswith(("_PROXY", "_KEY")) and "CALLBACK" not in name]


def test_an_alarm_hears_of_its_own_stack_alone() -> None:
    alarms = typed([*transformed(EVERYTHING_ON, "photoloft-2").walk()], "AWS::CloudWatch::Alarm")
    queries = [query.get("Expression", "") for alarm in alarms for query in alarm.properties.get("Metrics", [])]
    assert not [query for query in queries if "SCHEMA(" in query and "SCHEMA(Cyclorama" not in query]
    ours = [query for query in queries if "SCHEMA(Cyclorama" in query]
    assert len(ours) >= 10
    assert [query for query in ours if not query.endswith("stack = 'photoloft-2'")] == []
