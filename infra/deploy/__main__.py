"""`python -m infra.deploy --stack … --stage …`: what `make deploy` does, with the credentials of the environment.

`--dry` looks at what needs no account, and says what would be done. `--destroy --sure <stack>` removes the stack."""

import argparse
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence

from botocore.exceptions import BotoCoreError, ClientError

from infra.deploy import checks
from infra.deploy.account import Clients, clients, outputs
from infra.deploy.credentials import first_administrator, hand_out
from infra.deploy.destroy import STAYS, destroy
from infra.deploy.rollout import Rollout, RolloutError
from infra.deploy.smoke import Smoke, SmokeError
from infra.deploy.steps import next_steps, sam_command, steps, write_parameters
from infra.deploy.target import ROOT, Target, TargetError, target
from infra.local.client import UnexpectedAnswerError

MARKS = {"ok": "✓", "warn": "!", "stop": "✗", "skip": "–"}
BUILD_SECONDS = 1800


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options().parse_args(arguments)
    try:
        wanted = target(options.stack, options.stage, options.parameters, options.sandbox)
        if options.destroy:
            return _destroy(wanted, options)
        return _dry(wanted) if options.dry else _deploy(wanted, options)
    except (TargetError, RolloutError, SmokeError, UnexpectedAnswerError, ClientError, BotoCoreError) as error:
        tell(f"✗ {error}")
        return 1


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.deploy", description="Deploy a stack to AWS")
    parser.add_argument("--stack", default="", help="its name; by default the one of the stage")
    parser.add_argument("--stage", default="dev", help="an environment of samconfig.toml")
    parser.add_argument("--parameters", default="", help="'Name=value …' over those of the stage")
    parser.add_argument("--sandbox", default="", help="the public URL of a sandbox that stands for the gateways")
    parser.add_argument("--admin", default="", help="e-mail of the first administrator, who is made if there is none")
    parser.add_argument("--dry", action="store_true", help="say what would be done; needs no account")
    parser.add_argument("--destroy", action="store_true", help="remove the stack")
    parser.add_argument("--sure", default="", help="the stack's name once more, to remove it")
    return parser


def _dry(wanted: Target) -> int:
    if not _told(checks.local(wanted)):
        return 1
    tell(f"{MARKS['skip']} a dry run asks no account: identity, SES, quotas and the stack's state are not looked at")
    for number, step in enumerate(steps(wanted), 1):
        tell(f"{number}. {step}")
    return 0


def _deploy(wanted: Target, options: argparse.Namespace) -> int:
    aws = clients(wanted.region)
    if not _told([*checks.local(wanted), *checks.of_account(wanted, aws)]):
        tell("Nothing was changed")
        return 1
    Rollout(aws, wanted.stack, tell).perform(lambda: _prepare(wanted))
    _smoke(wanted, aws, options.admin)
    tell("What is left to do:")
    for step in next_steps(wanted, outputs(aws, wanted.stack)):
        tell(f"• {step}")
    return 0


def _told(findings: Iterable[checks.Finding]) -> bool:
    """Whether none of them ends the deployment."""
    stopped = False
    for finding in findings:
        tell(f"{MARKS[finding.verdict]} {finding.what}")
        stopped |= finding.verdict == "stop"
    return not stopped


def _prepare(wanted: Target) -> None:
    """Upload what was built, and have CloudFormation work out what changes."""
    tell("uploading, and asking CloudFormation what changes")
    write_parameters(wanted)
    path = f"{ROOT / '.venv-sam' / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    apart = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment = apart | {"PATH": path, "SAM_CLI_TELEMETRY": "0"}
    done = subprocess.run(sam_command(wanted), cwd=ROOT, env=environment, timeout=BUILD_SECONDS, check=False)
    if done.returncode:
        raise RolloutError("the SAM CLI made no change set; what it says is above. Run the same command again")


def _smoke(wanted: Target, aws: Clients, admin: str) -> None:
    staff = first_administrator(wanted, aws, admin, tell) if admin else None
    smoke = Smoke(outputs(aws, wanted.stack)["ApiUrl"], tell)
    smoke.look()
    if wanted.sandbox:
        hand_out(wanted, aws, tell)
        smoke.play(staff)


def _destroy(wanted: Target, options: argparse.Namespace) -> int:
    if options.dry:
        tell(f"{wanted.stack} in {wanted.region} would be removed, with its data. What stays:")
        for what in STAYS:
            tell(f"• {what}")
        return 0
    destroy(wanted, clients(wanted.region), tell, options.sure)
    return 0


if __name__ == "__main__":
    sys.exit(main())
