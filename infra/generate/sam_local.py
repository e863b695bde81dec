"""Writes `infra/sam-local.json`: what `sam local` gives each function instead of what only AWS has.

Addresses are those of the services in `infra/compose.yaml`; secrets are of no value elsewhere, those of gateways, CRMs
and carriers are the sandbox's. With `--check` it only says whether the file is current."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from infra.local.plan.defaults import MIGRATOR_SERVICE, sandbox_secrets, template_parameters
from infra.local.postgres.admin import role_name
from infra.local.template import EVERYTHING_ON, load_template
from infra.local.template.model import Function

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "infra" / "sam-local.json"
AWS = "http://localstack:5050"
SANDBOX = "http://sandbox:5090"
API = "http://host.docker.internal:5000"
WEBHOOKS, MESSAGE_WEBHOOKS = "http://host.docker.internal:5002", "http://host.docker.internal:5004"
SECRET = "secretsmanager:"  # noqa: S105
MAIL_PORT = 5092
ISSUERS = ("users", "booking", "payment", "integration", "notification")


def page() -> str:
    """The file: a line for each variable of each function that is another on one machine."""
    template = ROOT / "template.yaml"
    parameters = template_parameters(SANDBOX, MAIL_PORT, "INFO", {}) | {"SmtpHost": "sandbox"}
    on_aws, here = load_template(template, EVERYTHING_ON), load_template(template, None, AWS, parameters)
    overrides = {
        name: {"AWS_ENDPOINT_URL": AWS, **dict(_changed(on_aws.functions[name], function))}
        for name, function in sorted(here.functions.items())
    }
    return json.dumps(overrides, indent=2, ensure_ascii=False) + "\n"


def _changed(on_aws: Function, here: Function) -> Iterator[tuple[str, str]]:
    secrets = sandbox_secrets(SANDBOX)
    role = "cyclorama_owner" if here.service == MIGRATOR_SERVICE else role_name(here.service)
    replaced = {
        "DATABASE_IAM_AUTH": "false",
        "DATABASE_SECRET": "",
        "DATABASE_URL": f"postgresql://{role}@postgres:5432/cyclorama",
        "API_URL": API,
        "WEBHOOK_BASE_URL": WEBHOOKS,
        "MESSAGE_WEBHOOKS_URL": MESSAGE_WEBHOOKS,
        "TOKEN_KEYS": json.dumps({issuer: _key(issuer) for issuer in ISSUERS}),
        "SERVICE_KEY": _key(here.service),
        "DATA_KEY": _key("data"),
        "EVENT_BUS": "default",
    }
    for variable, value in sorted(here.environment.items()):
        text = str(value)
        if variable in replaced:
            yield variable, replaced[variable]
        elif text.startswith(SECRET):
            yield variable, secrets[text.removeprefix(SECRET)]
        elif value != on_aws.environment.get(variable):
            yield variable, text


def _key(issuer: str) -> str:
    return f"sam-local-{issuer}-key-of-no-value-elsewhere-64-bytes-are-asked-for"


def main() -> None:
    wanted = page()
    if "--check" not in sys.argv:
        PAGE.write_text(wanted, encoding="utf-8")
    elif wanted != PAGE.read_text(encoding="utf-8"):
        sys.exit("infra/sam-local.json is not current: run `make openapi`")


if __name__ == "__main__":
    main()
