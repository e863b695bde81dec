"""What is looked at before a deployment: AWS's answers, as botocore itself allows them."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from infra.deploy import checks
from infra.deploy.checks import Finding
from infra.deploy.target import Target, target
from tests.support.runs.table import each

DEV = target("loft", "dev", "MailDomain=loft.example")
Scripted = Callable[..., Any]


class Account:
    """Clients that answer as was scripted, and to nothing else."""

    def __init__(self) -> None:
        self._clients: dict[str, tuple[Any, Stubber]] = {}

    def __call__(self, service: str) -> Any:
        return self._of(service)[0]

    def _of(self, service: str) -> tuple[Any, Stubber]:
        if service not in self._clients:
            keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
            client = boto3.client(service, region_name="eu-central-1", **keys)  # type: ignore[call-overload]
            stub = Stubber(client)
            stub.activate()
            self._clients[service] = client, stub
        return self._clients[service]

    def says(self, service: str, operation: str, answer: dict[str, Any]) -> "Account":
        self._of(service)[1].add_response(operation, answer)
        return self

    def refuses(self, service: str, operation: str, code: str) -> "Account":
        self._of(service)[1].add_client_error(operation, code, "no")
        return self


def verdicts(found: list[Finding]) -> list[str]:
    return [each.verdict for each in found]


def stacks(state: str) -> dict[str, Any]:
    return {"Stacks": [{"StackName": "loft", "CreationTime": "2026-12-01", "StackStatus": state}]}


@each(
    ("state", "verdict"),
    [
        ("CREATE_COMPLETE", "ok"),
        ("CREATE_FAILED", "ok"),
        ("UPDATE_ROLLBACK_COMPLETE", "ok"),
        ("UPDATE_IN_PROGRESS", "ok"),
        ("ROLLBACK_COMPLETE", "stop"),
        ("UPDATE_ROLLBACK_FAILED", "stop"),
        ("DELETE_FAILED", "stop"),
    ],
)
def test_a_stack_that_cannot_be_deployed_is_seen_before_anything_is_built(state: str, verdict: str) -> None:
    (found,) = checks.stack(DEV, Account().says("cloudformation", "describe_stacks", stacks(state)))
    assert found.verdict == verdict
    assert state in found.what


def test_a_first_deployment_has_no_stack() -> None:
    account = Account().refuses("cloudformation", "describe_stacks", "ValidationError")
    assert verdicts([*checks.stack(DEV, account)]) == ["ok"]


def test_a_sandbox_of_ses_and_a_domain_without_proof_are_told() -> None:
    account = Account().says("sesv2", "get_account", {"ProductionAccessEnabled": False})
    account.refuses("sesv2", "get_email_identity", "NotFoundException")
    sandbox, domain = checks.mail(DEV, account)
    assert (sandbox.verdict, domain.verdict) == ("warn", "warn")
    assert "loft.example" in domain.what


def test_a_verified_domain_is_well() -> None:
    account = Account().says("sesv2", "get_account", {"ProductionAccessEnabled": True})
    account.says("sesv2", "get_email_identity", {"VerifiedForSendingStatus": True})
    assert verdicts([*checks.mail(DEV, account)]) == ["ok"]


def test_mail_by_another_way_asks_ses_nothing() -> None:
    assert verdicts([*checks.mail(target("", "dev", "MailProviders=smtp"), Account())]) == ["skip"]


def settings(most: int) -> dict[str, Any]:
    return {"AccountLimit": {"ConcurrentExecutions": most}}


@each(("most", "verdict"), [(1000, "ok"), (10, "stop")])
def test_an_account_has_room_for_what_functions_reserve(most: int, verdict: str) -> None:
    (found,) = checks.lambda_quota(DEV, Account().says("lambda", "get_account_settings", settings(most)))
    assert found.verdict == verdict


def test_the_quota_just_fits_or_lacks_one() -> None:
    needed = sum(checks.reserved(DEV)) + checks.UNRESERVED
    for most, verdict in ((needed, "ok"), (needed - 1, "stop")):
        account = Account().says("lambda", "get_account_settings", settings(most))
        assert verdicts([*checks.lambda_quota(DEV, account)]) == [verdict]


def test_where_nothing_is_reserved_a_new_account_will_do() -> None:
    unbound = target("", "dev", "ReserveConcurrency=false")
    assert verdicts(
        [*checks.lambda_quota(unbound, Account().says("lambda", "get_account_settings", settings(10)))]
    ) == ["ok"]


def quota(value: float) -> dict[str, Any]:
    return {"Quota": {"QuotaName": "VPCs per Region", "Value": value}}


def test_a_first_deployment_wants_room_for_a_network() -> None:
    account = Account().refuses("cloudformation", "describe_stacks", "ValidationError")
    account.says("ec2", "describe_vpcs", {"Vpcs": [{}] * 5}).says("ec2", "describe_addresses", {"Addresses": []})
    account.says("service-quotas", "get_service_quota", quota(5)).says("service-quotas", "get_service_quota", quota(5))
    assert verdicts([*checks.network_quotas(DEV, account)]) == ["stop", "ok"]


def thumbprint() -> str:
    (first, *_) = x509.load_pem_x509_certificates(checks.AUTHORITIES.read_bytes())
    return hashlib.sha1(first.public_bytes(Encoding.DER), usedforsecurity=False).hexdigest()


def test_an_authority_of_rds_that_functions_do_not_know_is_found() -> None:
    told = [
        {"CertificateIdentifier": "known", "Thumbprint": thumbprint().upper()},
        {"CertificateIdentifier": "rds-ca-new", "Thumbprint": "00" * 20},
    ]
    (found,) = checks.authorities_in_use(DEV, Account().says("rds", "describe_certificates", {"Certificates": told}))
    assert found.verdict == "stop"
    assert "rds-ca-new" in found.what


def test_without_credentials_the_deployment_ends_and_with_fewer_rights_it_goes_on() -> None:
    account = Account().refuses("sts", "get_caller_identity", "ExpiredToken")
    for _ in (checks.stack, checks.same_engine, checks.same_engine, checks.given_secrets):
        account.says("cloudformation", "describe_stacks", stacks("CREATE_COMPLETE"))
    account.refuses("cloudformation", "describe_stack_resource", "AccessDenied")
    account.refuses("sesv2", "get_account", "AccessDenied").refuses("lambda", "get_account_settings", "AccessDenied")
    account.says("cloudformation", "describe_stacks", stacks("CREATE_COMPLETE"))
    account.refuses("rds", "describe_certificates", "AccessDenied")
    assert verdicts([*checks.of_account(DEV, account)]) == ["stop", "ok", *4 * ["warn"]]


def test_authorities_that_are_missing_or_of_other_regions_end_it(tmp_path: Path) -> None:
    assert checks._authorities(DEV, tmp_path / "rds-ca.pem").verdict == "stop"
    elsewhere = Target("loft", "dev", "xx-nowhere-1", {})
    assert checks._authorities(elsewhere).verdict == "stop"
    assert checks._authorities(DEV).verdict == "ok"


def test_a_parameter_that_the_template_lacks_ends_it() -> None:
    found = [*checks.local(target("", "dev", "DatabaseSize=huge"))]
    assert found[-1] == Finding("stop", "template.yaml has no parameter DatabaseSize")


def deployed(**parameters: str) -> Account:
    told = [{"ParameterKey": name, "ParameterValue": given} for name, given in parameters.items()]
    (stack,) = stacks("CREATE_COMPLETE")["Stacks"]
    account = Account()
    for _ in ("state", "parameters"):
        account.says("cloudformation", "describe_stacks", {"Stacks": [{**stack, "Parameters": told}]})
    return account


@each(
    ("before", "wanted", "found"),
    [
        ({}, "", []),
        ({"DatabaseEngine": "postgres"}, "", []),
        ({"DatabaseEngine": "aurora"}, "DatabaseEngine=aurora", []),
        # A stack of a release that knew no other.
        ({}, "DatabaseEngine=aurora", ["stop"]),
        ({"DatabaseEngine": "aurora"}, "", ["stop"]),
    ],
)
def test_a_database_of_another_kind_would_be_empty(before: dict[str, str], wanted: str, found: list[str]) -> None:
    assert verdicts([*checks.same_engine(target("", "dev", wanted), deployed(**before))]) == found


def test_a_first_deployment_chooses_freely() -> None:
    account = Account().refuses("cloudformation", "describe_stacks", "ValidationError")
    assert [*checks.same_engine(target("", "dev", "DatabaseEngine=aurora"), account)] == []


@each(
    ("stage", "chosen", "found"),
    [
        ("dev", "", ["ok"]),
        ("dev", "DatabaseProxy=true", ["ok"]),
        ("dev", "DatabaseEngine=aurora DatabaseMinCapacity=0.5", ["ok"]),
        # Never at rest, for jobs run; at rest, and jobs do not run.
        ("dev", "DatabaseEngine=aurora", ["ok", "warn"]),
        ("dev", "DatabaseEngine=aurora Schedules=off", ["ok", "warn"]),
        ("dev", "Schedules=off", ["ok", "warn"]),
        ("dev", "DatabaseEngine=aurora DatabaseProxy=true", ["ok", "stop", "warn"]),
        ("dev", "DatabaseEngine=aurora DatabaseProxy=true DatabaseMinCapacity=1", ["ok"]),
        ("dev", "DatabaseEngine=aurora DatabaseMinCapacity=2", ["ok", "stop"]),
        ("dev", "DatabaseEngine=aurora DatabaseMinCapacity=2 DatabaseInstanceClass=db.t4g.medium", ["ok"]),
        ("prod", "DatabaseEngine=aurora", ["ok"]),
        ("prod", "DatabaseEngine=aurora DatabaseMinCapacity=0", ["ok", "stop"]),
        ("prod", "Schedules=off", ["ok", "stop"]),
    ],
)
def test_what_does_not_go_together_ends_it_before_it_begins(stage: str, chosen: str, found: list[str]) -> None:
    assert verdicts([*checks.database(target("", stage, chosen))]) == found


def test_a_dry_run_says_which_database_it_would_be() -> None:
    told = [found.what for found in checks.local(target("", "prod", "DatabaseEngine=aurora DatabaseProxy=true"))]
    assert told[-1] == "database: Aurora of 0.5 to 1 units, 96 connections shared out by RDS Proxy"


def test_a_class_that_the_template_lacks_ends_it() -> None:
    found = [*checks.local(target("", "dev", "DatabaseInstanceClass=db.t4g.nano"))]
    assert found[-1].verdict == "stop"


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_the_stages_of_the_repository_pass(stage: str) -> None:
    assert set(verdicts([*checks.local(target("", stage))])) == {"ok"}


def test_what_is_switched_on_and_was_never_given_is_told() -> None:
    target_ = target("loft", "dev", "PaymentProviders=yookassa,tkassa SmsProviders=")
    account = Account().says("cloudformation", "describe_stacks", stacks("CREATE_COMPLETE"))
    for name, versions in {"YooKassaCredentials": 1, "TKassaCredentials": 2}.items():
        account.says("cloudformation", "describe_stack_resource", resource(name))
        known = {f"{number:032}": ["AWSCURRENT"] for number in range(versions)}
        account.says("secretsmanager", "describe_secret", {"VersionIdsToStages": known})
    (found,) = checks.given_secrets(target_, account)
    assert found.verdict == "warn"
    assert found.what.startswith("PaymentProviders names yookassa, and YooKassaCredentials (YooKassa's shop_id")
    assert "--secret-id arn:YooKassaCredentials" in found.what


def test_what_comes_with_this_deployment_was_not_given_yet() -> None:
    account = Account().says("cloudformation", "describe_stacks", stacks("CREATE_COMPLETE"))
    account.refuses("cloudformation", "describe_stack_resource", "ValidationError")
    assert not [*checks.given_secrets(target("loft", "dev", "SmsProviders="), account)]
    assert not [*checks.given_secrets(DEV, Account().refuses("cloudformation", "describe_stacks", "ValidationError"))]


def resource(name: str) -> dict[str, Any]:
    told = {
        "LogicalResourceId": name,
        "PhysicalResourceId": f"arn:{name}",
        "ResourceType": "AWS::SecretsManager::Secret",
        "LastUpdatedTimestamp": "2026-12-01",
        "ResourceStatus": "CREATE_COMPLETE",
    }
    return {"StackResourceDetail": told}
