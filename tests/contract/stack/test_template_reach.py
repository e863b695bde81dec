"""Who reaches what on AWS, where nothing runs locally to show it: networks, the database, policies."""

import re
from functools import partial
from operator import attrgetter
from typing import Any

from core.aws.calls import SERVICES
from infra.deploy.target import target
from infra.deploy.transformed import WITH_CARE, transformed, typed
from infra.local.machine.region import ACCOUNT
from infra.local.template import EVERYTHING_ON
from infra.local.template.stack import Resource
from tests.support.runs.table import each
from tests.support.stack.policies import as_list, statements

STACK = transformed(EVERYTHING_ON)
RESOURCES = [*STACK.walk()]
ANYWHERE = {"0.0.0.0/0", "::/0"}
HTTPS = ("tcp", 443, 443)
# What IAM knows no narrower name for, and files, which get their names as they come.
WILDCARDS = {
    # An SMS goes to no topic, and a number is no resource.
    ("SendTexts", "*"),
    ("JoinNetwork", "*"),
    *((sid, "cyclorama-photos-000000000000/uploads/*") for sid in ("TakeUploads", "ReadUploads")),
    ("KeepFiles", "cyclorama-photos-000000000000/photos/*"),
}


of_type = partial(typed, RESOURCES)
label = attrgetter("label")


def attribute(resource: Resource, name: str) -> str:
    """How another resource's `!GetAtt` of it reads here."""
    return f"{resource.name}.{name}"


def private_subnets() -> set[str]:
    """Subnets that no route leads to from outside."""
    gates = {gate.name for gate in of_type("AWS::EC2::InternetGateway")}
    routes = [route.properties for route in of_type("AWS::EC2::Route")]
    public = {route["RouteTableId"] for route in routes if route.get("GatewayId") in gates}
    joined = {a.properties["SubnetId"]: a.properties["RouteTableId"] for a in associations()}
    return {subnet for subnet, table in joined.items() if table not in public}


def associations() -> list[Resource]:
    return of_type("AWS::EC2::SubnetRouteTableAssociation")


def group(name: str) -> str:
    """The id of a security group."""
    (found,) = [each for each in of_type("AWS::EC2::SecurityGroup") if each.logical_id == name]
    return attribute(found, "GroupId")


def test_the_database_is_private_encrypted_backed_up_and_stays() -> None:
    (instance,) = of_type("AWS::RDS::DBInstance")
    wanted = {
        "PubliclyAccessible": False,
        "StorageEncrypted": True,
        "DeletionProtection": True,
        "ManageMasterUserPassword": True,
        "EnableIAMDatabaseAuthentication": True,
        "CopyTagsToSnapshot": True,
        "VPCSecurityGroups": [group("DatabaseSecurityGroup")],
    }
    assert {name: instance.properties.get(name) for name in wanted} == wanted
    assert int(instance.properties["BackupRetentionPeriod"]) >= 7
    assert {instance.body["DeletionPolicy"], instance.body["UpdateReplacePolicy"]} == {"Snapshot"}


def test_the_database_takes_no_connection_without_tls() -> None:
    (parameters,) = of_type("AWS::RDS::DBParameterGroup")
    assert parameters.properties["Parameters"]["rds.force_ssl"] == "1"


def test_the_database_lies_in_two_private_subnets() -> None:
    (subnets,) = of_type("AWS::RDS::DBSubnetGroup")
    assert len(subnets.properties["SubnetIds"]) == 2
    assert set(subnets.properties["SubnetIds"]) <= private_subnets()


def test_every_subnet_has_a_route_table_and_gives_out_no_public_address() -> None:
    subnets = of_type("AWS::EC2::Subnet")
    assert {subnet.name for subnet in subnets} == {a.properties["SubnetId"] for a in associations()}
    assert not [subnet for subnet in subnets if subnet.properties.get("MapPublicIpOnLaunch")]


@each("resource", of_type("AWS::EC2::SecurityGroup"), ids=label)
def test_nothing_comes_in_but_from_functions_to_the_database(resource: Resource) -> None:
    rules = resource.properties.get("SecurityGroupIngress", [])
    told = [(rule["FromPort"], rule["ToPort"], rule.get("SourceSecurityGroupId")) for rule in rules]
    into_database = [(5432, 5432, group("FunctionsSecurityGroup"))]
    passed_on = [(0, 65535, group("FunctionsSecurityGroup"))]
    wanted = {"DatabaseSecurityGroup": into_database, "NatSecurityGroup": passed_on}
    assert told == wanted.get(resource.logical_id, [])
    assert not [rule for rule in rules if {"CidrIp", "CidrIpv6", "SourcePrefixListId"} & set(rule)]


def goes_out(**parameters: str) -> set[tuple[str, int, int]]:
    """Ports that functions reach anywhere; nobody else reaches any."""
    found: set[tuple[str, int, int]] = set()
    for resource in typed([*transformed({**EVERYTHING_ON, **parameters}).walk()], "AWS::EC2::SecurityGroup"):
        # A group without rules for what goes out lets everything out.
        rules = resource.properties["SecurityGroupEgress"]
        assert rules
        open_rules = [rule for rule in rules if ANYWHERE & {rule.get("CidrIp"), rule.get("CidrIpv6")}]
        # What passes functions on may go where they may.
        assert not open_rules or resource.logical_id in {"FunctionsSecurityGroup", "NatSecurityGroup"}
        found |= {(rule["IpProtocol"], int(rule["FromPort"]), int(rule["ToPort"])) for rule in open_rules}
    return found


def test_only_https_goes_out_to_anywhere_and_mail_to_a_server_that_is_named() -> None:
    assert goes_out() == {HTTPS}
    assert goes_out(SmtpHost="smtp.studio.example", SmtpPort="587") == {HTTPS, ("tcp", 587, 587)}
    assert goes_out(OutgoingPorts="any") == {HTTPS, ("tcp", 1024, 65535)}


def test_no_rule_of_a_network_stands_outside_its_group() -> None:
    kinds = {resource.type for resource in RESOURCES}
    assert not kinds & {
        "AWS::EC2::SecurityGroupIngress",
        "AWS::EC2::SecurityGroupEgress",
        "AWS::EC2::VPCPeeringConnection",
    }


@each("function", of_type("AWS::Lambda::Function"), ids=label)
def test_functions_are_in_the_private_network(function: Resource) -> None:
    network = function.properties.get("VpcConfig")
    assert network
    assert set(network["SubnetIds"]) == private_subnets()
    assert network["SecurityGroupIds"] == [group("FunctionsSecurityGroup")]


FED_BY_SES = "MailEventsFeed-"
QUEUE_POLICIES = of_type("AWS::SQS::QueuePolicy")


def only(service: str, action: str, resource: Any, condition: dict[str, Any]) -> dict[str, Any]:
    """The one statement of a policy that lets one service do one thing."""
    who = {"Service": f"{service}.amazonaws.com"}
    return {"Effect": "Allow", "Principal": who, "Action": action, "Resource": resource, "Condition": condition}


@each("resource", [p for p in QUEUE_POLICIES if p.stack.prefix != FED_BY_SES], ids=label)
def test_a_queue_takes_events_of_its_own_rule_alone(resource: Resource) -> None:
    (queue,) = [q for q in resource.stack.resources.values() if q.logical_id == "Queue"]
    (rule,) = [r for r in resource.stack.resources.values() if r.type == "AWS::Events::Rule"]
    from_rule = {"ArnEquals": {"aws:SourceArn": rule.arn}}
    assert resource.properties["PolicyDocument"]["Statement"] == [
        only("events", "sqs:SendMessage", queue.arn, from_rule)
    ]
    assert [target["Arn"] for target in rule.properties["Targets"]] == [queue.arn]


def test_every_rule_with_a_queue_may_send_to_it() -> None:
    rules = [rule for rule in of_type("AWS::Events::Rule") if "EventPattern" in rule.properties]
    assert {rule.stack.prefix for rule in rules} | {FED_BY_SES} == {p.stack.prefix for p in QUEUE_POLICIES}


def test_news_of_mail_come_from_ses_of_this_account_by_one_topic_alone() -> None:
    """Nothing in them is signed: that nobody else can put them there is what makes them true."""
    feed = STACK.nested("MailEventsFeed").resources
    topic, queue = feed["Topic"], feed["Queue"]
    assert topic.properties["Subscription"] == [{"Protocol": "sqs", "Endpoint": queue.arn}]
    assert feed["TopicPolicy"].properties["Topics"] == [topic.name]
    (publishes,) = feed["TopicPolicy"].properties["PolicyDocument"]["Statement"]
    condition = publishes["Condition"]
    assert publishes == only("ses", "sns:Publish", topic.name, condition)
    assert set(condition) == {"StringEquals", "ArnLike"}
    assert condition["StringEquals"] == {"aws:SourceAccount": ACCOUNT}
    assert re.fullmatch(rf"arn:aws:ses:[^:*]+:{ACCOUNT}:configuration-set/\*", condition["ArnLike"]["aws:SourceArn"])
    sends = only("sns", "sqs:SendMessage", queue.arn, {"ArnEquals": {"aws:SourceArn": topic.name}})
    assert feed["QueuePolicy"].properties["PolicyDocument"]["Statement"] == [sends]
    destination = feed["EventDestination"].properties["EventDestination"]
    assert destination["SnsDestination"] == {"TopicARN": topic.name}
    assert set(destination["MatchingEventTypes"]) == {"bounce", "complaint", "delivery", "reject"}


# X-Ray has no resources, and CodeDeploy asks for alarms by a list of names.
WITH_WILDCARDS = WILDCARDS | {("Trace", "*"), ("AskAlarms", "*")}


@each(("parameters", "weighed"), [(EVERYTHING_ON, WILDCARDS), (WITH_CARE, WITH_WILDCARDS)], ids=lambda _: "")
def test_a_wildcard_in_a_permission_is_one_of_those_that_were_weighed(
    parameters: dict[str, str], weighed: set[tuple[str, str]]
) -> None:
    found = {
        (statement.get("Sid", as_list(statement["Action"])[0]), str(resource).rpartition(":")[2])
        for _, statement in statements(transformed(parameters).walk())
        for resource in as_list(statement["Resource"])
        if "*" in str(resource)
    }
    assert found == weighed


def test_permissions_name_actions_and_deny_or_invert_nothing() -> None:
    for resource, statement in statements(RESOURCES):
        assert set(statement) <= {"Sid", "Effect", "Action", "Resource", "Condition"}, resource.label
        assert statement["Effect"] == "Allow", resource.label
        assert not [action for action in as_list(statement["Action"]) if "*" in action], resource.label


@each("role", of_type("AWS::IAM::Role"), ids=label)
def test_a_role_is_taken_by_aws_services_alone(role: Resource) -> None:
    (statement,) = role.properties["AssumeRolePolicyDocument"]["Statement"]
    service = "apigateway" if role.stack.prefix == "AccessLog-" else "lambda"
    wanted = {"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "sts:AssumeRole"}
    assert statement == wanted
    managed = [arn.rpartition("/")[2] for arn in role.properties.get("ManagedPolicyArns", [])]
    assert managed == (["AmazonAPIGatewayPushToCloudWatchLogs"] if service == "apigateway" else [])


@each("permission", of_type("AWS::Lambda::Permission"), ids=label)
def test_whoever_invokes_a_function_is_named(permission: Resource) -> None:
    properties = permission.properties
    if properties.get("FunctionUrlAuthType") == "NONE" or properties.get("InvokedViaFunctionUrl"):
        assert properties["FunctionName"] in {"PaymentWebhooks", "NotificationWebhooks"}
        return
    assert properties["Principal"] in {"apigateway.amazonaws.com", "events.amazonaws.com"}
    assert properties["SourceArn"].rpartition(":")[2] not in {"", "*"}


def test_secrets_are_made_by_aws_and_stand_nowhere() -> None:
    for secret in of_type("AWS::SecretsManager::Secret"):
        assert "SecretString" not in secret.properties, secret.label
        assert secret.properties["GenerateSecretString"], secret.label


def test_a_way_out_passes_on_for_functions_alone_and_is_one_of_two() -> None:
    for way, there, gone in (("instance", "Instance", "NatGateway"), ("gateway", "NatGateway", "Instance")):
        resources = [*transformed({"WayOut": way}).walk()]
        (found,) = typed(resources, f"AWS::EC2::{there}")
        (out,) = [
            route.properties
            for route in typed(resources, "AWS::EC2::Route")
            if {"NatGatewayId", "InstanceId"} & set(route.properties)
        ]
        assert found.name in out.values()
        assert f"AWS::EC2::{gone}" not in {resource.type for resource in resources}
    (instance,) = typed([*transformed({"WayOut": "instance"}).walk()], "AWS::EC2::Instance")
    # It forwards what is not for itself, has no rights on AWS, and tells nobody its credentials by an open door.
    assert instance.properties["SourceDestCheck"] is False
    assert "IamInstanceProfile" not in instance.properties
    assert instance.properties["MetadataOptions"]["HttpTokens"] == "required"
    assert [d["Ebs"]["Encrypted"] for d in instance.properties["BlockDeviceMappings"]] == [True]


def test_endpoints_are_there_for_each_service_that_all_call_and_for_functions_alone() -> None:
    assert "AWS::EC2::VPCEndpoint" not in {r.type for r in transformed({}).walk() if r.logical_id != "FilesEndpoint"}
    found = typed(transformed({"Endpoints": "true"}).walk(), "AWS::EC2::VPCEndpoint")
    interfaces = [each.properties for each in found if each.properties["VpcEndpointType"] == "Interface"]
    assert {each["ServiceName"].rpartition(".")[2] for each in interfaces} == set(SERVICES)
    for properties in interfaces:
        # By its usual name, in both zones: no code knows of it.
        assert properties["PrivateDnsEnabled"] is True
        assert set(properties["SubnetIds"]) == private_subnets()
    (own,) = [r for r in transformed({"Endpoints": "true"}).walk() if r.logical_id == "EndpointsSecurityGroup"]
    (way_in,) = own.properties["SecurityGroupIngress"]
    assert way_in["SourceSecurityGroupId"] == group("FunctionsSecurityGroup")
    assert (way_in["IpProtocol"], way_in["FromPort"], way_in["ToPort"]) == HTTPS


def test_texts_are_sent_by_sns_only_where_it_is_a_provider() -> None:
    for providers, wanted in (("smsru", set()), ("smsru,sns", {"*"})):
        found = [s for _, s in statements(transformed({"SmsProviders": providers}).walk())]
        assert {s["Resource"] for s in found if "sns:Publish" in as_list(s["Action"])} == wanted


@each(("stage", "days", "protected"), [("prod", 14, True), ("dev", 1, False)])
def test_a_stage_says_how_far_back_it_can_go_and_whether_it_may_be_deleted(
    stage: str, days: int, protected: bool
) -> None:
    (instance,) = typed(transformed(target("", stage).parameters).walk(), "AWS::RDS::DBInstance")
    assert int(instance.properties["BackupRetentionPeriod"]) == days
    assert instance.properties["DeletionProtection"] is protected


def test_a_domain_of_its_own_is_where_functions_and_people_find_the_api() -> None:
    own = {"DomainName": "booking.studio.example", "CertificateArn": "arn:aws:acm:eu-central-1:1:certificate/x"}
    stack = transformed(own)
    assert stack.resources["ApiUrl"].properties["Value"] == "https://booking.studio.example"
    domain = stack.resources["Domain"].properties
    assert (domain["SecurityPolicy"], domain["RegionalCertificateArn"]) == ("TLS_1_2", own["CertificateArn"])
    assert stack.resources["DomainMapping"].properties["Stage"] == stack.resources["ApiliveStage"].name
    assert "Domain" not in transformed({}).resources


def test_a_budget_is_told_to_whoever_is_told_of_alarms_and_needs_somebody() -> None:
    assert "Budget" not in transformed({"MonthlyBudget": "50"}).resources
    budget = transformed({"MonthlyBudget": "50", "AlarmEmail": "a@b.example"}).resources["Budget"].properties
    assert budget["Budget"]["BudgetLimit"] == {"Amount": "50", "Unit": "USD"}
    told = {each["Address"] for n in budget["NotificationsWithSubscribers"] for each in n["Subscribers"]}
    assert told == {"a@b.example"}
