"""What must be there before anything is deployed. A check says what it found, and what to do about it."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from botocore.exceptions import BotoCoreError, ClientError
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from infra.deploy.account import Clients, code, stack_parameters, stack_state
from infra.deploy.credentials import physical
from infra.deploy.target import ROOT, Target
from infra.deploy.transformed import TEMPLATE, transformed, typed
from infra.local.machine.errors import TemplateError
from infra.local.template import load_template
from infra.local.template.limits import require_allowed
from infra.local.template.model import Secret

AUTHORITIES = ROOT / "layers" / "core" / "rds-ca.pem"
# What Lambda wants to be left of an account's quota that no function reserves.
UNRESERVED = 100
# Quotas by the service and code that Service Quotas knows them by.
NETWORKS = ("vpc", "L-F678F1CE")
ADDRESSES = ("ec2", "L-0263D0A3")

Verdict = Literal["ok", "warn", "stop", "skip"]


@dataclass(frozen=True)
class Finding:
    """`stop` ends the deployment before it begins; `warn` is for whoever reads it; `skip` was not looked at."""

    verdict: Verdict
    what: str


Check = Callable[[Target, Clients], Iterator[Finding]]


def local(target: Target) -> Iterator[Finding]:
    """What needs no account."""
    yield Finding("ok", f"stack {target.stack}, stage {target.stage}, region {target.region}")
    yield _authorities(target)
    try:
        require_allowed(TEMPLATE, target.parameters)
        functions = reserved(target)
    except TemplateError as error:
        yield Finding("stop", str(error))
        return
    needed = sum(functions) + UNRESERVED if any(functions) else 0
    yield Finding("ok", f"{len(functions)} functions, {sum(functions)} of whose environments are reserved")
    if needed:
        yield Finding("ok", f"the account's quota of Lambda has to be {needed} at least")
    yield from database(target)


def database(target: Target) -> Iterator[Finding]:
    """What is chosen for the database, and what of that does not go together."""
    engine, proxied, least = (value(target, f"Database{name}") for name in ("Engine", "Proxy", "MinCapacity"))
    size = sizes()[value(target, "DatabaseInstanceClass")]
    rests, pauses = value(target, "Schedules") == "off", engine == "aurora" and float(least) == 0
    kind = (
        f"Aurora of {least} to {size['Units']} units" if engine == "aurora" else value(target, "DatabaseInstanceClass")
    )
    way = "shared out by RDS Proxy" if proxied == "true" else "of which each function keeps its own"
    yield Finding("ok", f"database: {kind}, {size['Max']} connections {way}")
    if pauses and proxied == "true":
        yield Finding(
            "stop", "a cluster never pauses behind RDS Proxy: DatabaseMinCapacity=0.5, or DatabaseProxy=false"
        )
    if engine == "aurora" and float(least) > size["Units"]:
        yield Finding("stop", f"DatabaseMinCapacity={least} is more than the {size['Units']} units of this class")
    if target.stage == "prod" and (rests or pauses):
        yield Finding("stop", "prod does not rest: Schedules=on, and with Aurora DatabaseMinCapacity=0.5 at least")
    elif pauses and not rests:
        yield Finding(
            "warn", "jobs ask the database each minute, so it never pauses: Schedules=off lays the stack to rest"
        )
    elif rests:
        yield Finding("warn", "nothing runs by itself: no hold ends, no payment is looked after, no message goes out")


def sizes() -> Mapping[str, Mapping[str, int]]:
    """The template's table of connections, by class of database."""
    found: Mapping[str, Mapping[str, int]] = transformed({}).document["Mappings"]["Connections"]
    return found


def reserved(target: Target) -> list[int]:
    """How many environments each function reserves."""
    functions = typed(transformed(target.parameters, target.stack).walk(), "AWS::Lambda::Function")
    return [int(each.properties.get("ReservedConcurrentExecutions", 0)) for each in functions]


def _authorities(target: Target, path: Path = AUTHORITIES) -> Finding:
    names = [each.subject.rfc4514_string() for each in _certificates(path)]
    if not names:
        return Finding("stop", f"{path.name} is missing: `make rds-ca` fetches it")
    if not any(f" {target.region} " in name for name in names):
        return Finding("stop", f"{path.name} has no authority of RDS in {target.region}: `make rds-ca` fetches it anew")
    return Finding("ok", f"the authorities of RDS in {target.region} are there")


def _certificates(path: Path) -> Sequence[x509.Certificate]:
    return x509.load_pem_x509_certificates(path.read_bytes()) if path.exists() else []


def of_account(target: Target, aws: Clients) -> Iterator[Finding]:
    """What AWS says. A check that fails by itself is named, and the others go on."""
    for check in (identity, stack, same_engine, given_secrets, mail, lambda_quota, network_quotas, authorities_in_use):
        try:
            yield from check(target, aws)
        except (ClientError, BotoCoreError) as error:
            verdict: Verdict = "stop" if check in (identity, stack, same_engine) else "warn"
            yield Finding(verdict, f"{check.__name__.replace('_', ' ')} could not be looked at: {error}")


def identity(target: Target, aws: Clients) -> Iterator[Finding]:
    """Whose account it is."""
    who = aws("sts").get_caller_identity()
    yield Finding("ok", f"account {who['Account']} as {who['Arn'].rpartition(':')[2]}")
    zones = aws("ec2").describe_availability_zones(Filters=[{"Name": "zone-type", "Values": ["availability-zone"]}])
    if len(zones["AvailabilityZones"]) < 2:
        yield Finding("stop", f"{target.region} has fewer than two zones for this account")


def stack(target: Target, aws: Clients) -> Iterator[Finding]:
    """Whether the stack is in a state from which it can be deployed."""
    state = stack_state(aws, target.stack)
    if state in ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED"):
        yield Finding("stop", f"the stack is {state}: `make destroy STACK={target.stack}` removes what is left of it")
    elif state == "UPDATE_ROLLBACK_FAILED":
        yield Finding(
            "stop",
            f"the stack is {state}: mend what its events name, and then"
            f" `aws cloudformation continue-update-rollback --stack-name {target.stack} --region {target.region}`",
        )
    else:
        yield Finding("ok", f"the stack is {state}" if state else "there is no such stack yet, it will be made")


def same_engine(target: Target, aws: Clients) -> Iterator[Finding]:
    """An instance that is put in the place of a cluster, or the other way round, is empty."""
    if not stack_state(aws, target.stack):
        return
    before = stack_parameters(aws, target.stack).get("DatabaseEngine", "postgres")
    if before != value(target, "DatabaseEngine"):
        yield Finding(
            "stop",
            f"the stack's database is {before}, and another would be empty: docs/deploying.md says how data moves",
        )


def given_secrets(target: Target, aws: Clients) -> Iterator[Finding]:
    """What is switched on, and has nothing yet but the value that CloudFormation made up."""
    if not stack_state(aws, target.stack) or target.sandbox:
        return
    for secret in needed_secrets(target):
        try:
            name = physical(aws, target.stack, secret.logical_id)
        except ClientError as error:
            # It comes with this deployment.
            if code(error) != "ValidationError":
                raise
            continue
        if len(aws("secretsmanager").describe_secret(SecretId=name)["VersionIdsToStages"]) < 2:
            yield Finding(
                "warn",
                f"{secret.needed}, and {secret.logical_id} ({secret.about}) was never given: what it is for does not"
                f" work until `aws secretsmanager put-secret-value --secret-id {name}`",
            )


def needed_secrets(target: Target) -> list[Secret]:
    """Those that somebody has to give, of what is switched on."""
    return [secret for secret in load_template(TEMPLATE, target.parameters).secrets if secret.needed]


def mail(target: Target, aws: Clients) -> Iterator[Finding]:
    """Whether SES sends to everybody, from this domain."""
    if "ses" not in value(target, "MailProviders").split(","):
        yield Finding("skip", "mail does not go through SES")
        return
    if not aws("sesv2").get_account().get("ProductionAccessEnabled"):
        yield Finding(
            "warn", "SES is in its sandbox: it sends to verified addresses alone. Ask AWS for production access"
        )
    domain = value(target, "MailDomain")
    try:
        verified = aws("sesv2").get_email_identity(EmailIdentity=domain).get("VerifiedForSendingStatus", False)
    except ClientError as error:
        if code(error) != "NotFoundException":
            raise
        verified = False
    told = f"SES may send from {domain}" if verified else f"SES has not verified {domain}: no mail goes out until then"
    yield Finding("ok" if verified else "warn", told)


def lambda_quota(target: Target, aws: Clients) -> Iterator[Finding]:
    """Whether the account may run what the functions reserve."""
    most = aws("lambda").get_account_settings()["AccountLimit"]["ConcurrentExecutions"]
    needed = sum(reserved(target))
    if not needed or needed + UNRESERVED <= most:
        yield Finding("ok", f"Lambda runs up to {most} functions at once")
    else:
        yield Finding(
            "stop",
            f"Lambda runs up to {most} functions at once, and {needed + UNRESERVED} are needed: ask Service Quotas for"
            " 1000, or deploy with PARAMETERS=ReserveConcurrency=false until it is granted",
        )


def network_quotas(target: Target, aws: Clients) -> Iterator[Finding]:
    """A first deployment needs a network, and an address of its own for the way out."""
    if stack_state(aws, target.stack):
        return
    ec2 = aws("ec2")
    there = {NETWORKS: len(ec2.describe_vpcs()["Vpcs"]), ADDRESSES: len(ec2.describe_addresses()["Addresses"])}
    for (service, quota), used in there.items():
        said = aws("service-quotas").get_service_quota(ServiceCode=service, QuotaCode=quota)["Quota"]
        enough = used < said["Value"]
        yield Finding("ok" if enough else "stop", f"{said['QuotaName']}: {used} of {said['Value']:.0f} are taken")


def authorities_in_use(_target: Target, aws: Clients) -> Iterator[Finding]:
    """Whether functions would recognise what signs for databases in this region today."""
    ours = {
        hashlib.sha1(each.public_bytes(Encoding.DER), usedforsecurity=False).hexdigest()
        for each in _certificates(AUTHORITIES)
    }
    for each in aws("rds").describe_certificates()["Certificates"]:
        if each["Thumbprint"].lower() not in ours:
            yield Finding("stop", f"{AUTHORITIES.name} lacks {each['CertificateIdentifier']}: `make rds-ca` fetches it")


def value(target: Target, name: str) -> str:
    """A parameter as it will be deployed."""
    declared: Mapping[str, Mapping[str, str]] = transformed({}).document["Parameters"]
    return str(target.parameters.get(name, declared[name].get("Default", "")))
