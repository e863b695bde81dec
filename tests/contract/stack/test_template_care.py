"""What keeps the system well on AWS, where nothing runs locally to show it: time-outs, logs, alarms, retries."""

import re
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import Any

from infra.deploy.transformed import transformed, typed
from infra.local.template import EVERYTHING_ON
from infra.local.template.stack import Resource
from tests.support.runs.table import each

ROOT = Path(__file__).parents[3]
STACK = transformed(EVERYTHING_ON)
RESOURCES = [*STACK.walk()]
LAYERS = ["DependenciesLayer", "CoreLayer", "ContractsLayer"]
# They hold up nobody: what they read was given up already.
UNHURRIED = {"IntegrationDeadLetters"}


of_type = partial(typed, RESOURCES)
label = attrgetter("label")


FUNCTIONS = of_type("AWS::Lambda::Function")
ALARMS = of_type("AWS::CloudWatch::Alarm")


@each("function", FUNCTIONS, ids=label)
def test_a_function_says_what_it_may_take(function: Resource) -> None:
    # Where nothing is said, Lambda gives 3 s and 128 MB.
    properties = function.properties
    assert 10 <= properties["Timeout"] <= 900
    assert properties["MemorySize"] >= 512
    assert [layer.rstrip("0123456789abcdef") for layer in properties["Layers"]] == [
        *LAYERS,
        *(["PicturesLayer"] if function.logical_id == "BookingPreparePhotos" else []),
    ]
    assert properties["Architectures"] == ["x86_64"]


@each("function", FUNCTIONS, ids=label)
def test_a_function_logs_into_a_group_that_forgets(function: Resource) -> None:
    logging = function.properties["LoggingConfig"]
    groups = {log.name: log for log in of_type("AWS::Logs::LogGroup")}
    assert 0 < int(groups[logging["LogGroup"]].properties["RetentionInDays"]) <= 400
    assert logging["LogFormat"] == "JSON"


@each("function", FUNCTIONS, ids=label)
def test_a_failed_invocation_is_kept(function: Resource) -> None:
    (config,) = [
        each.properties
        for each in of_type("AWS::Lambda::EventInvokeConfig")
        if each.properties["FunctionName"] == function.name
    ]
    queue = STACK.nested("FailedInvocations").resources["Queue"]
    assert config["DestinationConfig"]["OnFailure"]["Destination"] == queue.arn


@each("alarm", ALARMS, ids=label)
def test_somebody_is_told_of_every_alarm(alarm: Resource) -> None:
    properties = alarm.properties
    told, *others = properties["AlarmActions"]
    assert told == STACK.resources["AlarmTopic"].name
    # Whatever else an alarm does, it mends by itself.
    assert [str(other).rpartition(":")[2] for other in others] in ([], ["reboot"])
    assert properties.get("ActionsEnabled", True) is True
    assert properties["AlarmDescription"]
    assert properties["EvaluationPeriods"] >= 1
    assert {"Metrics", "MetricName"} & set(properties)


def test_the_alarms_are_those_that_the_runbook_counts_on() -> None:
    singles = {f"{alarm.stack.prefix}{alarm.logical_id}" for alarm in ALARMS if "Subscription-" not in alarm.label}
    observed = {
        "ApiErrorsAlarm", "ApiLatencyAlarm", "FunctionErrorsAlarm", "FunctionThrottlesAlarm", "OutboxAlarm",
        "OutboxLagAlarm", "DeadLettersAlarm",
        "FailedInvocationsAlarm", "JobItemsAlarm", "JobsCutShortAlarm", "ConnectorLagAlarm", "DeadDeliveriesAlarm",
        "SignInsFailedAlarm", "RefreshTokensReusedAlarm", "SecretsNotReadAlarm", "MessageSpendAlarm",
    }  # fmt: skip
    assert singles == {
        *(f"Observability-{name}" for name in observed),
        "Network-WayOutAlarm",
        "Database-StorageAlarm",
        "Database-ConnectionsAlarm",
        "FailedInvocations-MessageAgeAlarm",
        "MailEventsFeed-DeadLettersAlarm",
        "MailEventsFeed-MessageAgeAlarm",
    }


def test_an_alarm_watches_what_the_code_counts() -> None:
    metrics = [metric for alarm in ALARMS for metric in alarm.properties.get("Metrics", [])]
    queries = [metric["Expression"] for metric in metrics if "Expression" in metric]
    watched = {name for query in queries for name in re.findall(r"^SELECT \w+\((\w+)\) FROM SCHEMA\(Cyclorama", query)}
    code = "".join(path.read_text() for top in ("functions", "layers/core") for path in (ROOT / top).rglob("*.py"))
    assert {"JobItemsFailed", "JobsCutShort", "SignInsFailed", "RefreshTokensReused", "SecretsNotRead"} <= watched
    assert [name for name in watched if f'"{name}"' not in code] == []


def test_an_address_for_alarms_is_subscribed_to_them() -> None:
    stack = transformed({"AlarmEmail": "operator@example.com"})
    assert stack.resources["AlarmTopic"].properties["Subscription"] == [
        {"Protocol": "email", "Endpoint": "operator@example.com"}
    ]


@each("source", of_type("AWS::Lambda::EventSourceMapping"), ids=label)
def test_a_backlog_takes_no_more_than_its_share_of_the_database(source: Resource) -> None:
    properties = source.properties
    assert properties["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert properties.get("Enabled", True) is True
    # What is done with fifty at once is one transaction of a consumer that takes batches.
    assert 1 <= properties["BatchSize"] <= (50 if properties.get("MaximumBatchingWindowInSeconds") else 10)
    if properties["FunctionName"] not in UNHURRIED:
        assert 2 <= int(properties["ScalingConfig"]["MaximumConcurrency"]) <= 5


@each("queue", of_type("AWS::SQS::Queue"), ids=label)
def test_a_queue_is_encrypted_and_keeps_what_failed(queue: Resource) -> None:
    properties = queue.properties
    assert properties["SqsManagedSseEnabled"] is True
    assert properties["MessageRetentionPeriod"] >= 4 * 24 * 3600
    if queue.logical_id == "Queue" and ("Subscription-" in queue.label or "MailEventsFeed-" in queue.label):
        dead = queue.stack.resources["DeadLetterQueue"]
        # About 40 minutes of an outage.
        assert properties["RedrivePolicy"] == {"deadLetterTargetArn": dead.arn, "maxReceiveCount": 8}
        assert dead.properties["MessageRetentionPeriod"] > properties["MessageRetentionPeriod"]


def test_every_connector_that_is_off_takes_in_nothing_and_wakes_nobody() -> None:
    resources = [*transformed({**EVERYTHING_ON, "Connectors": ""}).walk()]
    connectors = {"Webhooks", "Bitrix24", "AmoCrm", "Telegram", "Max"}
    silent = {each.label.split(" ")[0] for each in resources if each.properties.get("State") == "DISABLED"}
    schedules = {f"Integration{name}EveryMinute" for name in connectors}
    assert silent == schedules | {f"Integration{name}Subscription-Rule" for name in connectors}
    off = [each for each in resources if each.properties.get("Enabled") is False]
    # Each has a queue and dead letters.
    assert len(off) == 10


def test_the_api_counts_limits_and_logs_its_requests() -> None:
    (stage,) = of_type("AWS::ApiGateway::Stage")
    everything, tokens = stage.properties["MethodSettings"]
    assert (everything["HttpMethod"], everything["ResourcePath"]) == ("*", "/*")
    assert (tokens["HttpMethod"], tokens["ResourcePath"]) == ("POST", "/~1v1~1tokens")
    assert 0 < tokens["ThrottlingRateLimit"] < everything["ThrottlingRateLimit"]
    assert 0 < tokens["ThrottlingBurstLimit"] < everything["ThrottlingBurstLimit"]
    assert everything["MetricsEnabled"] and tokens["MetricsEnabled"]
    log = stage.properties["AccessLogSetting"]
    assert log["DestinationArn"] == STACK.nested("AccessLog").output("LogGroupArn")
    assert "$context.requestId" in log["Format"] and "$context.authorizer.principalId" in log["Format"]


@each("group", of_type("AWS::Logs::LogGroup"), ids=label)
def test_every_log_forgets_after_as_many_days_as_the_operator_says(group: Resource) -> None:
    stack: Any = transformed({"LogRetentionDays": "7"})
    (same,) = [each for each in stack.walk() if each.label == group.label]
    assert str(same.properties["RetentionInDays"]) == "7"


def test_events_are_archived_for_longer_than_a_queue_keeps_them() -> None:
    (archive,) = of_type("AWS::Events::Archive")
    (bus,) = of_type("AWS::Events::EventBus")
    assert archive.properties["SourceArn"] == bus.arn
    assert archive.properties["RetentionDays"] >= 14
    assert archive.properties["EventPattern"] == {"source": [{"prefix": "cyclorama."}]}


def test_the_alarm_of_failing_functions_counts_those_of_this_stack_alone() -> None:
    """Each service's log is counted into one metric, whose namespace is the stack's own."""
    resources = [*transformed(EVERYTHING_ON, "photoloft-2").walk()]
    (alarm,) = [a for a in typed(resources, "AWS::CloudWatch::Alarm") if a.logical_id == "FunctionErrorsAlarm"]
    filters = typed(resources, "AWS::Logs::MetricFilter")
    functions = typed(resources, "AWS::Lambda::Function")
    assert {f.properties["LogGroupName"] for f in filters} == {
        f.properties["LoggingConfig"]["LogGroup"] for f in functions
    }
    counted = {(t["MetricNamespace"], t["MetricName"]) for f in filters for t in f.properties["MetricTransformations"]}
    assert counted == {(alarm.properties["Namespace"], alarm.properties["MetricName"])}
    assert counted == {("Cyclorama/photoloft-2", "FunctionErrors")}


def test_the_alarm_of_throttles_watches_whoever_somebody_waits_for() -> None:
    (alarm,) = [a for a in ALARMS if a.logical_id == "FunctionThrottlesAlarm"]
    stats = [metric["MetricStat"]["Metric"] for metric in alarm.properties["Metrics"] if "MetricStat" in metric]
    assert {stat["MetricName"] for stat in stats} == {"Throttles"}
    watched = {dimension["Value"] for stat in stats for dimension in stat["Dimensions"]}
    fronted = {f.logical_id for f in FUNCTIONS if f.properties["Handler"].endswith((".app.app", ".authorizer.handler"))}
    doors = {url.properties["TargetFunctionArn"] for url in of_type("AWS::Lambda::Url")}
    assert watched == fronted | doors


def test_few_alarms_still_tell_of_what_loses_something() -> None:
    few = typed(transformed({**EVERYTHING_ON, "Watch": "few"}).walk(), "AWS::CloudWatch::Alarm")
    names = {alarm.logical_id for alarm in few}
    # Nobody collects these, so nothing else would tell of them.
    assert "MailEventsFeed-DeadLettersAlarm" in {f"{alarm.stack.prefix}{alarm.logical_id}" for alarm in few}
    assert {"ApiErrorsAlarm", "OutboxAlarm", "OutboxLagAlarm", "DeadLettersAlarm", "StorageAlarm"} <= names
    assert not [alarm for alarm in few if "Subscription-" in alarm.label]
    assert len(few) < 15


def test_news_of_mail_cost_nothing_where_no_set_of_ses_is_named() -> None:
    resources = [each for each in transformed({}).walk() if each.stack.prefix == "MailEventsFeed-"]
    kinds = {each.type for each in resources}
    assert kinds == {"AWS::SNS::Topic", "AWS::SNS::TopicPolicy", "AWS::SQS::Queue", "AWS::SQS::QueuePolicy"}
    sources = typed(transformed({}).walk(), "AWS::Lambda::EventSourceMapping")
    (own,) = [each for each in sources if each.label.startswith("NotificationMailEvents")]
    assert own.properties["Enabled"] is False
