"""What differs on one machine: values for the template's parameters, its secrets and stored parameters."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.local.machine.errors import LocalError
from infra.local.plan.endpoints import Endpoints
from infra.local.plan.installation import Installation
from infra.local.plan.keys import KeyStore
from infra.local.postgres.admin import service_url
from infra.local.template import EVERYTHING_ON
from infra.local.template.model import Function, Secret, System
from infra.sandbox.providers.found import settings_models
from infra.sandbox.providers.settings import Told
from shared_schemas.providers import PROVIDERS

# The function that migrates the database; it alone signs in as the administrator.
MIGRATOR = "Migrator"
MIGRATOR_SERVICE = "migrator"
API_URL_PARAMETER = "/cyclorama/api-url"
WEBHOOKS_URL_PARAMETER = "/cyclorama/webhooks-url"
MESSAGE_WEBHOOKS_URL_PARAMETER = "/cyclorama/message-webhooks-url"
SANDBOX = Path(__file__).parents[2] / "sandbox"


def template_parameters(sandbox_url: str, mail_port: int, log_level: str, chosen: Mapping[str, str]) -> dict[str, str]:
    """Template parameters as this machine needs them, beside those that were `chosen` already; those that the template
    lacks are left out later."""
    return {
        "PaymentProviders": ",".join(PROVIDERS),
        **{name: value for told in _told(sandbox_url, chosen) for name, value in told.parameters.items()},
        "MailFrom": "studio@cyclorama.test",
        "SmtpPort": str(mail_port),
        "MailProviders": "ses,smtp",
        "SmsProviders": "smsru,smsc,smsaero,sns",
        **EVERYTHING_ON,
        **_of_sandbox("parameters", sandbox_url),
        **of_any_machine(log_level),
        # Made to protect a bill and a small database; here it would only slow down tests and measurements.
        "ThrottlingRate": "10000",
        "ThrottlingBurst": "10000",
        "Receipts": "on",
        "ReceiptCompanyEmail": "studio@cyclorama.test",
        "ReceiptCompanyInn": "7707083893",
        "ReceiptCompanySite": "https://studio.test",
    }


def of_any_machine(log_level: str) -> dict[str, str]:
    """Nothing here is reserved for a function: `CYCLORAMA_CONCURRENCY` says how many run."""
    return {"LogLevel": log_level, "ReserveConcurrency": "false"}


def require_secrets(installation: Installation, system: System) -> None:
    """`LocalError` if a secret is not one of the template's, or one is missing of what is switched on."""
    known = {secret.logical_id for secret in system.secrets}
    if unknown := sorted(installation.secrets.keys() - known):
        raise LocalError(
            f"The installation's secrets {', '.join(unknown)} are not of the template: {', '.join(sorted(known))}"
        )
    for secret in system.secrets:
        if secret.needed and not installation.secrets.get(secret.logical_id):
            raise LocalError(
                f"{secret.needed}, and the installation's secrets lack {secret.logical_id} ({secret.about}): put it"
                " under [secrets], or switch that off under [parameters]"
            )


def sandbox_secrets(sandbox_url: str) -> dict[str, str]:
    """What its gateways, carriers and receivers know us by, by the logical id of the template's secret."""
    known = _of_sandbox("secrets", sandbox_url)
    for told in _told(sandbox_url, {}):
        known |= told.secrets
    return known


def _of_sandbox(kind: str, sandbox_url: str) -> dict[str, str]:
    """What parts of the sandbox declare beside their code, so that the system finds them."""
    declared = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(SANDBOX.glob("*/*/parameters.json"))]
    return {name: value.replace("{sandbox}", sandbox_url) for part in declared for name, value in part[kind].items()}


def _told(sandbox_url: str, chosen: Mapping[str, str]) -> list[Told]:
    """What the sandbox says of its gateways."""
    return [model().told(sandbox_url, chosen) for model in settings_models().values()]


@dataclass(frozen=True)
class LocalValues:
    """The values that take the place of what only AWS can provide."""

    endpoints: Endpoints
    keys: KeyStore
    installation: Installation | None = None
    """What takes the place of the sandbox, for a real studio."""

    def secret(self, secret: Secret) -> str:
        """The value to store for one of the template's secrets."""
        given = self.installation.secrets if self.installation else sandbox_secrets(self.endpoints.sandbox_url)
        return self.keys.value(secret, given.get(secret.logical_id))

    def stored_parameters(self, parameters: Mapping[str, str]) -> dict[str, str]:
        """Parameter Store's content, with the API's address on this machine."""
        doors, told = self.endpoints.service_urls, self.installation
        local = {
            API_URL_PARAMETER: self.endpoints.api_url,
            WEBHOOKS_URL_PARAMETER: told.webhooks_url if told else doors["payment"],
            MESSAGE_WEBHOOKS_URL_PARAMETER: (told and told.message_webhooks_url) or doors["notification"],
        }
        return {name: local.get(name, value) for name, value in parameters.items()}

    def variables(self) -> Callable[[Function], dict[str, str]]:
        """Variables that replace the template's in every function that has them."""
        return lambda function: {
            "DATABASE_URL": self._database_url(function.service),
            "DATABASE_IAM_AUTH": "false",
            # RDS's own secret of the owner's password; here the URL has it.
            "DATABASE_SECRET": "",
            "API_URL": self.endpoints.api_url,
        }

    def _database_url(self, service: str) -> str:
        if service == MIGRATOR_SERVICE or not self.endpoints.database_url:
            return self.endpoints.database_url
        return service_url(self.endpoints.database_url, service, self.keys.role_password(service))
