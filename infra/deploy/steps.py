"""What deploying does in words, and what it leaves to people."""

import json
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path

from infra.deploy.checks import needed_secrets
from infra.deploy.release import release
from infra.deploy.target import ROOT, Target
from infra.deploy.transformed import transformed

BUILT = ".aws-sam/build/template.yaml"
PARAMETERS = ".aws-sam/parameters.yaml"


def sam_command(target: Target) -> list[str]:
    """Uploads what was built, and makes a change set that is not carried out yet."""
    return [
        *("sam", "deploy", "--template-file", BUILT, "--config-env", target.stage, "--stack-name", target.stack),
        *("--region", target.region, "--resolve-s3", "--no-execute-changeset", "--no-confirm-changeset"),
        *("--no-fail-on-empty-changeset", "--parameter-overrides", f"file://{PARAMETERS}"),
    ]


def write_parameters(target: Target, root: Path = ROOT) -> None:
    """As a file, which keeps quotes, and secrets out of the list of processes. JSON is YAML, too."""
    path = root / PARAMETERS
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(0o600)
    told = {"Release": release(target, root), **target.parameters}
    path.write_text(json.dumps(told), encoding="utf-8")


def steps(target: Target) -> Iterator[str]:
    """What a real run does, in its order."""
    kinds = [each.type for each in transformed(target.parameters, target.stack).walk()]
    functions = kinds.count("AWS::Lambda::Function")
    yield "Look at the account: who it is, SES, quotas of Lambda and of networks, RDS's authorities, the stack's state"
    yield f"Build {functions} functions and 4 layers: make sam-build"
    yield f"Upload them, and have CloudFormation work out what changes: {shlex.join(sam_command(target))}"
    yield "Foundation: network, database, and the migrator (the first time about 15 minutes)"
    yield "Migrations: CloudFormation waits for the migrator. If it fails, the functions stay as they are"
    yield f"Application: {len(kinds)} resources in all"
    flow = (
        "the whole flow, paid at the sandbox" if target.sandbox else "what anybody may see; SANDBOX=<url> has it book"
    )
    yield f"Smoke test against the deployed API: {flow}"


def next_steps(target: Target, told: Mapping[str, str]) -> Iterator[str]:
    """What only people can do, with the names that the stack has given."""
    yield f"the API is {told.get('ApiUrl')}, its documentation {told.get('ApiUrl')}/docs"
    if "DomainTarget" in told:
        yield f"a CNAME record leads from {target.parameters['DomainName']} to {told['DomainTarget']}"
    yield "without an administrator yet: the same command with ADMIN=<e-mail>"
    if target.parameters.get("AlarmEmail"):
        yield f"{target.parameters['AlarmEmail']} confirms the mail that SNS has sent: until then no alarm comes"
    else:
        yield "nobody is told of alarms: PARAMETERS=AlarmEmail=… names somebody"
    if target.sandbox:
        yield f"the sandbox stands for the gateways: its --webhook-url is {told.get('WebhooksUrl')}webhooks"
        return
    for secret in needed_secrets(target):
        name = told.get(secret.logical_id, f"of {target.stack}")
        yield f"put {secret.about} into the secret {name} ({secret.logical_id}), docs/deploying.md says how"
    yield f"tell YooKassa to send notifications to {told.get('WebhooksUrl')}webhooks/yookassa"
