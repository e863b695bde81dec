"""The template reader: what a template says, and clear errors for what cannot be run."""

from pathlib import Path
from typing import Any

import pytest

from infra.local.machine.errors import TemplateError
from infra.local.template import load_template
from infra.local.template.model import System

SYSTEM = """
Parameters:
  Stage: {Type: String, Default: test}
  Types: {Type: String, Default: "a.b,c.d"}
Mappings: {Sizes: {test: {memory: 256}}}
Conditions: {IsTest: !Equals [!Ref Stage, test], IsLive: !Not [!Condition IsTest]}
Globals:
  Function:
    Runtime: python3.11
    Timeout: 7
    CodeUri: code/
    Environment: {Variables: {COMMON: "yes", NONE: !If [IsLive, x, !Ref AWS::NoValue]}}
Resources:
  Worker:
    Type: AWS::Serverless::Function
    Properties:
      Handler: worker.handler
      MemorySize: !FindInMap [Sizes, !Ref Stage, memory]
      ReservedConcurrentExecutions: 1
      Environment:
        Variables:
          SERVICE: demo
          QUEUE: !GetAtt Events.Outputs.QueueUrl
          KEY: !Sub "secretsmanager:${Key}"
          DOCUMENT: !Sub ['{"${Name}": "${!literal}"}', {Name: !Join ["-", [a, b]]}]
          VPC: !GetAtt Network.VpcId
      FunctionUrlConfig: {AuthType: NONE}
      Events:
        Queue:
          Type: SQS
          Properties:
            Queue: !GetAtt Events.Outputs.QueueArn
            BatchSize: 5
            FunctionResponseTypes: [ReportBatchItemFailures]
        Minute: {Type: Schedule, Properties: {Schedule: rate(2 minutes)}}
        Off: {Type: Schedule, Properties: {Schedule: rate(1 minute), Enabled: false}}
  Live: {Type: AWS::SQS::Queue, Condition: IsLive}
  Network: {Type: AWS::EC2::VPC, Properties: {CidrBlock: !Cidr [10.0.0.0/8, 1]}}
  Bus: {Type: AWS::Events::EventBus, Properties: {Name: demo}}
  Key: {Type: AWS::SecretsManager::Secret, Properties: {GenerateSecretString: {PasswordLength: 8}}}
  Url: {Type: AWS::SSM::Parameter, Properties: {Name: /demo/url, Value: !Sub "https://${Worker}"}}
  Events:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: subscription.yaml, Parameters: {Bus: !Ref Bus, Types: !Ref Types}}
"""
SUBSCRIPTION = """
Parameters: {Bus: {Type: String}, Types: {Type: CommaDelimitedList}}
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: 60
      RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 3}
  Dead: {Type: AWS::SQS::Queue}
  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventBusName: !Ref Bus
      EventPattern: {detail-type: !Ref Types}
      Targets: [{Id: queue, Arn: !GetAtt Queue.Arn}]
Outputs: {QueueArn: {Value: !GetAtt Queue.Arn}, QueueUrl: {Value: !Ref Queue}}
"""


def load(folder: Path, template: str, **overrides: Any) -> System:
    (folder / "template.yaml").write_text(template)
    (folder / "subscription.yaml").write_text(SUBSCRIPTION)
    return load_template(folder / "template.yaml", overrides, "http://aws")


def test_a_function_takes_what_globals_say_and_its_own_on_top(tmp_path: Path) -> None:
    worker = load(tmp_path, SYSTEM).functions["Worker"]

    assert (worker.timeout, worker.memory, worker.reserved_concurrency) == (7, 256, 1)
    assert worker.code == tmp_path / "code"
    assert worker.service == "demo"
    assert worker.environment["COMMON"] == "yes"
    assert "NONE" not in worker.environment


def test_references_lead_to_names_urls_and_outputs_of_nested_stacks(tmp_path: Path) -> None:
    environment = load(tmp_path, SYSTEM).functions["Worker"].environment

    assert environment["QUEUE"] == "http://aws/000000000000/Events-Queue"
    assert environment["KEY"] == "secretsmanager:Key"
    assert environment["DOCUMENT"] == '{"a-b": "${literal}"}'


def test_what_is_not_run_here_still_resolves_to_some_text(tmp_path: Path) -> None:
    assert load(tmp_path, SYSTEM).functions["Worker"].environment["VPC"] == "Network.VpcId"


def test_triggers_are_the_queue_the_enabled_schedule_and_the_url(tmp_path: Path) -> None:
    system = load(tmp_path, SYSTEM)

    (source,) = system.queue_sources
    assert (source.queue, source.batch_size, source.partial_failures) == ("Events-Queue", 5, True)
    assert [(s.interval, s.function) for s in system.schedules] == [(120, "Worker")]
    assert system.function_urls == ("Worker",)


@pytest.mark.parametrize(
    ("further", "concurrency"),
    [
        ("{}", 1),
        ("{ScalingConfig: {MaximumConcurrency: 3}}", 3),
        # Nobody waits for what gathers, and a process less is memory less.
        ("{ScalingConfig: {MaximumConcurrency: 3}, MaximumBatchingWindowInSeconds: 5}", 1),
    ],
)
def test_as_many_batches_are_handled_at_once_as_on_aws(tmp_path: Path, further: str, concurrency: int) -> None:
    system = load(tmp_path, SYSTEM.replace("BatchSize: 5", f"BatchSize: 5\n            <<: {further}"))

    assert [source.concurrency for source in system.queue_sources] == [concurrency]


def test_messaging_is_read_from_nested_stacks_too(tmp_path: Path) -> None:
    system = load(tmp_path, SYSTEM)

    assert [queue.name for queue in system.queues] == ["Events-Queue", "Events-Dead"]
    assert '"maxReceiveCount": 3' in system.queues[0].attributes["RedrivePolicy"]
    (rule,) = system.rules
    assert (rule.bus, rule.pattern) == ("demo", {"detail-type": ["a.b", "c.d"]})
    assert list(rule.targets.values()) == ["arn:aws:sqs:us-east-1:000000000000:Events-Queue"]
    assert system.parameters == {"/demo/url": "https://Worker"}


def test_conditions_follow_parameters(tmp_path: Path) -> None:
    live = load(tmp_path, SYSTEM.replace("{test: {memory", "{live: {memory"), Stage="live")

    assert "Live" in {queue.name for queue in live.queues}
    assert live.functions["Worker"].environment["NONE"] == "x"


def test_defaults_may_name_parameters_that_the_template_lacks(tmp_path: Path) -> None:
    (tmp_path / "template.yaml").write_text("Parameters: {A: {Type: String, Default: x}}\nResources: {}")

    assert load_template(tmp_path / "template.yaml", defaults={"A": "y", "B": "z"}) == System()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("rate(2 minutes)", "cron(0 8 * * ? *)"), "Worker .*cron"),
        (("Type: Schedule, Properties: {Schedule: rate(2", "Type: S3, Properties: {Schedule: rate(2"), "Worker .*S3"),
        (("!GetAtt Network.VpcId", "!GetAtt Nowhere.VpcId"), "Worker .*Nowhere"),
        (('!Sub "https://${Worker}"', "!ImportValue x"), "Url .*Fn::ImportValue"),
        (("AWS::EC2::VPC, Properties", "AWS::DynamoDB::Table, Properties"), "Network .*not supported"),
        (("TemplateURL: subscription.yaml", "TemplateURL: https://s3/x.yaml"), "Events .*local template"),
        (("Runtime: python3.11", "Runtime: nodejs20.x"), "Worker .*python"),
        (("Queue: !GetAtt Events.Outputs.QueueArn", "Queue: arn:aws:sqs:eu-west-1:1:x"), "Worker .*queue"),
    ],
)
def test_what_cannot_be_run_is_an_error_that_names_the_resource(
    tmp_path: Path, change: tuple[str, str], message: str
) -> None:
    assert change[0] in SYSTEM
    with pytest.raises(TemplateError, match=message):
        load(tmp_path, SYSTEM.replace(*change))


def test_an_unknown_override_and_a_parameter_without_value_are_errors(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="no parameter Stag"):
        load(tmp_path, SYSTEM, Stag="live")
    with pytest.raises(TemplateError, match="parameter Stage has no default"):
        load(tmp_path, SYSTEM.replace("{Type: String, Default: test}", "{Type: String}"))
