"""Each function may do what it needs and nothing besides, as CloudFormation is told."""

import json
from collections import defaultdict
from collections.abc import Sequence
from operator import attrgetter

from infra.deploy.transformed import WITH_CARE, transformed, typed
from infra.local.template import EVERYTHING_ON
from infra.local.template.stack import Resource
from tests.support.runs.table import each
from tests.support.stack.needs import Needs, variables
from tests.support.stack.policies import as_list, of_function, reached, statements

# What an operator has put into Parameter Store, instead of a value or a file.
STORED = {
    **{f"{name}Proxy": f"ssm:/cyclorama/{name}-url" for name in ("YooKassa", "SberPay", "TKassa")},
    **{f"{name}CaBundle": f"ssm:/cyclorama/{name}-pem" for name in ("YooKassa", "SberPay", "TKassa")},
    "SberPayCallbackPublicKey": "ssm:/cyclorama/sber-pem",
    "SmtpCa": "ssm:/cyclorama/smtp-pem",
}
MAIL = {"SmtpHost": "mail.example", "MailProviders": "ses,smtp"}
STACK = transformed({**EVERYTHING_ON, **MAIL, **STORED})
RESOURCES = [*STACK.walk()]
FUNCTIONS = typed(RESOURCES, "AWS::Lambda::Function")
# The same, and with a key of the studio's own, traces and canaries.
BOTH = [RESOURCES, [*transformed({**WITH_CARE, **MAIL, **STORED}).walk()]]
EACH = [(Needs(them), them, function) for them in BOTH for function in typed(them, "AWS::Lambda::Function")]
SERVICES = ("gateway", "booking", "payment", "integration", "notification")
SENDS_AGAIN = "IntegrationReplays"
MIGRATOR = "Migrator"
LONGEST_NAME = "s" * 40
# Of IAM for what stands in one role, and of CloudFormation for what a nested stack is told.
MOST_OF_A_ROLE, MOST_OF_A_PARAMETER, MOST_RESOURCES = 10_240, 4_096, 500
label = attrgetter("label")


def granted(function: Resource, resources: Sequence[Resource] = RESOURCES) -> set[tuple[str, str]]:
    return {
        (action, str(resource))
        for statement in of_function(resources, function)
        for action in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
        # What is no reference to a parameter names none.
        if not str(resource).endswith(":parameter")
    }


def service(function: Resource) -> str:
    return variables(function)["SERVICE"]


@each(("needs", "resources", "function"), EACH, ids=lambda item: item.label if isinstance(item, Resource) else "")
def test_a_function_may_do_what_it_needs_and_nothing_besides(
    needs: Needs, resources: Sequence[Resource], function: Resource
) -> None:
    needed, may = needs.of(function), granted(function, resources)
    assert {"not granted": sorted(needed - may), "for nothing": sorted(may - needed)} == {
        "not granted": [],
        "for nothing": [],
    }


@each("function", FUNCTIONS, ids=label)
def test_a_function_speaks_in_the_name_of_its_service_alone(function: Resource) -> None:
    everybody = [f"cyclorama.{name}" for name in SERVICES]
    names = everybody if function.logical_id == SENDS_AGAIN else ["cyclorama." + service(function)]
    for statement in of_function(RESOURCES, function):
        if "events:PutEvents" in as_list(statement["Action"]):
            assert statement["Condition"] == {"StringEquals": {"events:source": names}}
        else:
            assert "Condition" not in statement


def test_functions_share_a_role_within_their_service_and_strangers_call_none_that_others_have() -> None:
    alike: dict[str, set[str]] = defaultdict(set)
    for function in FUNCTIONS:
        alike[str(function.properties["Role"])].add(f"{service(function)} {function.logical_id}")
    assert not [names for names in alike.values() if len({name.split()[0] for name in names}) > 1]
    alone = {name.split()[1] for names in alike.values() if len(names) == 1 for name in names}
    assert alone >= {"PaymentWebhooks", "NotificationWebhooks", SENDS_AGAIN, MIGRATOR, "Authorizer", "GatewayApi"}


def test_a_role_is_there_for_a_function() -> None:
    roles = {r.arn for r in typed(RESOURCES, "AWS::IAM::Role") if "lambda" in json.dumps(r.properties)}
    assert roles == {function.properties["Role"] for function in FUNCTIONS}


def test_the_function_that_strangers_call_holds_what_it_checks_them_by_and_calls_nobody() -> None:
    (webhooks,) = [f for f in FUNCTIONS if f.logical_id == "PaymentWebhooks"]
    may = of_function(RESOURCES, webhooks)
    assert reached(may, "secretsmanager:GetSecretValue") == {"SberPayCallbackKey", "TKassaCredentials"}
    told = variables(webhooks)
    assert not [name for name in told if told[name] and name.endswith(("_PROXY", "_KEY")) and "CALLBACK" not in name]


def test_the_migrator_alone_is_the_owner_and_it_tells_nobody_anything() -> None:
    (migrator,) = [f for f in FUNCTIONS if f.logical_id == MIGRATOR]
    assert not {action for action, _ in granted(migrator)} & {"events:PutEvents", "rds-db:connect"}
    for function in FUNCTIONS:
        owner = "cyclorama_owner@" in variables(function)["DATABASE_URL"]
        assert owner == (function.logical_id == MIGRATOR)


def test_a_studio_without_ses_sends_by_no_identity_of_it() -> None:
    found = [s for _, s in statements(transformed({"MailProviders": "smtp", "SmtpHost": "mail.example"}).walk())]
    assert found
    assert reached(found, "ses:SendEmail") == set()


def test_roles_and_stacks_fit_into_the_quotas_of_aws_also_under_the_longest_name() -> None:
    stack = transformed({**WITH_CARE, **MAIL, **STORED}, LONGEST_NAME)
    resources = [*stack.walk()]
    sizes: dict[str, int] = defaultdict(int)
    for resource, statement in statements(resources):
        text = json.dumps(statement, separators=(",", ":"))
        # A secret's ARN has a name of its stack's and a suffix; here it is the logical id.
        longer = text.count('"secretsmanager') and 110 * len(as_list(statement["Resource"]))
        sizes[str(resource.properties.get("RoleName", resource.name))] += len(text) + longer
    assert max(sizes.values()) < MOST_OF_A_ROLE
    values = [
        (resource.label, name, ",".join(map(str, as_list(value))))
        for resource in typed(resources, "AWS::CloudFormation::Stack")
        for name, value in resource.properties.get("Parameters", {}).items()
    ]
    assert [told[:2] for told in values if len(told[2]) > MOST_OF_A_PARAMETER] == []
    in_stacks: dict[str, int] = defaultdict(int)
    for resource in resources:
        in_stacks[resource.stack.prefix] += 1
    assert max(in_stacks.values()) < MOST_RESOURCES


def test_an_alarm_hears_of_its_own_stack_alone() -> None:
    alarms = typed([*transformed(EVERYTHING_ON, "photoloft-2").walk()], "AWS::CloudWatch::Alarm")
    queries = [query.get("Expression", "") for alarm in alarms for query in alarm.properties.get("Metrics", [])]
    assert not [query for query in queries if "SCHEMA(" in query and "SCHEMA(Cyclorama" not in query]
    ours = [query for query in queries if "SCHEMA(Cyclorama" in query]
    assert len(ours) >= 10
    assert [query for query in ours if not query.endswith("stack = 'photoloft-2'")] == []
