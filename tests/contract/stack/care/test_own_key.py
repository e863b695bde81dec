"""With a key of the studio's own all on AWS is encrypted with it, and just those services may use it that have to."""

from collections.abc import Iterator
from typing import Any

from infra.deploy.transformed import WITH_CARE, transformed, typed
from infra.local.machine.region import REGION
from infra.local.template.stack import Resource
from tests.support.runs.table import each
from tests.support.stack.policies import as_list, statements

NAME = "photoloft-2"
ON, OFF = ([*transformed({**WITH_CARE, "OwnKey": own}, NAME).walk()] for own in ("true", "false"))
(KEY,) = typed(ON, "AWS::KMS::Key")
# The database's log has a name of its own, which the instance gives it, and no word of anybody.
ELSEWHERE = {"Database-"}
PROPERTIES = {
    "AWS::SecretsManager::Secret": "KmsKeyId",
    "AWS::SQS::Queue": "KmsMasterKeyId",
    "AWS::SNS::Topic": "KmsMasterKeyId",
    "AWS::Logs::LogGroup": "KmsKeyId",
}


def policy() -> dict[str, dict[str, Any]]:
    return {statement["Sid"]: statement for statement in KEY.properties["KeyPolicy"]["Statement"]}


@each(("kind", "name"), [*PROPERTIES.items()])
def test_everything_of_a_kind_is_encrypted_with_the_key_where_there_is_one(kind: str, name: str) -> None:
    found = [each for each in typed(ON, kind) if each.stack.prefix not in ELSEWHERE]
    assert {each.properties.get(name) for each in found} == {KEY.arn}
    assert {each.properties.get(name) for each in typed(OFF, kind)} == {None}


def test_a_queue_has_one_kind_of_encryption() -> None:
    assert {queue.properties.get("SqsManagedSseEnabled") for queue in typed(ON, "AWS::SQS::Queue")} == {None}
    assert {queue.properties.get("SqsManagedSseEnabled") for queue in typed(OFF, "AWS::SQS::Queue")} == {True}


@each(("resources", "wanted"), [(ON, ("aws:kms", KEY.arn)), (OFF, ("AES256", None))], ids=lambda _: "")
def test_photos_are_encrypted(resources: list[Resource], wanted: tuple[str, str | None]) -> None:
    (bucket,) = typed(resources, "AWS::S3::Bucket")
    (rule,) = bucket.properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    default = rule["ServerSideEncryptionByDefault"]
    assert (default["SSEAlgorithm"], default.get("KMSMasterKeyID")) == wanted


def users() -> Iterator[str]:
    """The services that write into what is encrypted, or read it, by no role of ours."""
    if any("EventPattern" in rule.properties for rule in typed(ON, "AWS::Events::Rule")):
        yield "events"
    topics = {topic.name for topic in typed(ON, "AWS::SNS::Topic")}
    for topic in typed(ON, "AWS::SNS::Topic"):
        if "sqs" in {each["Protocol"] for each in topic.properties.get("Subscription", [])}:
            yield "sns"
    for alarm in typed(ON, "AWS::CloudWatch::Alarm"):
        if topics & set(alarm.properties["AlarmActions"]):
            yield "cloudwatch"
    for destination in typed(ON, "AWS::SES::ConfigurationSetEventDestination"):
        if destination.properties["EventDestination"]["SnsDestination"]["TopicARN"] in topics:
            yield "ses"
    if typed(ON, "AWS::CloudFront::Distribution"):
        yield "cloudfront"
    if typed(ON, "AWS::Logs::LogGroup"):
        yield f"logs.{REGION}"


def test_just_those_services_may_use_it_that_have_to_and_only_for_this_account() -> None:
    said = {
        service.removesuffix(".amazonaws.com"): statement
        for sid, statement in policy().items()
        if sid != "AsIamSays"
        for service in as_list(statement["Principal"]["Service"])
    }
    assert said.keys() == set(users())
    for statement in said.values():
        assert statement["Condition"], statement["Sid"]
        assert not [action for action in as_list(statement["Action"]) if "*" in action]
    assert as_list(said["cloudfront"]["Action"]) == ["kms:Decrypt"]
    assert said["events"]["Condition"] == {"StringEquals": {"aws:SourceAccount": "000000000000"}}


def test_a_role_uses_it_through_what_it_is_for_alone() -> None:
    said = [s for _, s in statements(ON) if [a for a in as_list(s["Action"]) if a.startswith("kms:")]]
    through = [f"{service}.{REGION}.amazonaws.com" for service in ("secretsmanager", "sqs", "s3")]
    assert said
    for statement in said:
        assert statement["Resource"] == KEY.arn
        assert statement["Condition"] == {"StringEquals": {"kms:ViaService": through}}


def test_it_keeps_the_logs_of_its_own_stack_alone() -> None:
    ((condition, pattern),) = policy()["KeepLogs"]["Condition"]["ArnLike"].items()
    assert condition == "kms:EncryptionContext:aws:logs:arn"
    assert pattern.endswith(f":log-group:{NAME}-*")


def test_it_is_turned_over_each_year_and_outlives_its_stack() -> None:
    assert KEY.properties["EnableKeyRotation"] is True
    assert KEY.body["DeletionPolicy"] == KEY.body["UpdateReplacePolicy"] == "Retain"


def test_functions_and_api_are_traced_only_where_a_studio_wants_that() -> None:
    for tracing, mode in (("true", "Active"), ("false", "PassThrough")):
        resources = [*transformed({"Tracing": tracing}).walk()]
        functions = typed(resources, "AWS::Lambda::Function")
        assert {function.properties["TracingConfig"]["Mode"] for function in functions} == {mode}
        (stage,) = typed(resources, "AWS::ApiGateway::Stage")
        assert stage.properties["TracingEnabled"] is (tracing == "true")
