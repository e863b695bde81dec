"""What differs on one machine: values for the template's parameters, its secrets and stored parameters."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from infra.local.endpoints import Endpoints
from infra.local.keys import KeyStore
from infra.local.postgres.admin import service_url
from infra.local.template import EVERYTHING_ON
from infra.local.template.model import Function, Secret

# The function that migrates the database; it alone signs in as the administrator.
MIGRATOR = "Migrator"
MIGRATOR_SERVICE = "migrator"
API_URL_PARAMETER = "/cyclorama/api-url"
WEBHOOKS_URL_PARAMETER = "/cyclorama/webhooks-url"
# By the secret's logical id; the sandbox gateways on port 5090 know these and nothing else.
SANDBOX_SECRETS = {
    "YooKassaCredentials": json.dumps({"shop_id": "100500", "secret_key": "test_cyclorama"}),
    "SberPayCredentials": json.dumps({"user_name": "cyclorama-api", "password": "cyclorama"}),
    "SberPayCallbackKey": "cyclorama-callback",
    "TKassaCredentials": json.dumps({"terminal_key": "CycloramaDEMO", "password": "cyclorama"}),
    "SmsCredentials": json.dumps({"api_id": "cyclorama"}),
    "AmoCrmToken": "cyclorama",
    "TelegramToken": "100500:cyclorama",
}


# Where Sber's two platforms answer at the sandbox.
SBER_PATHS = {"new": "ecomm/gw/partner/api/v1", "legacy": "payment/rest"}


def template_parameters(sandbox_url: str, log_level: str, sber_dialect: str = "new") -> dict[str, str]:
    """Template parameters as this machine needs them; those that the template lacks are left out later."""
    return {
        "PaymentProviders": "yookassa,sberpay,tkassa",
        "YooKassaBaseUrl": f"{sandbox_url}/yookassa/v3",
        "SberPayBaseUrl": f"{sandbox_url}/sber/{SBER_PATHS[sber_dialect]}",
        "TKassaBaseUrl": f"{sandbox_url}/tkassa",
        "SesEndpointUrl": f"{sandbox_url}/ses",
        "SmsBaseUrl": f"{sandbox_url}/smsru",
        "MailFrom": "studio@cyclorama.test",
        **EVERYTHING_ON,
        "WebhooksPrivateAddresses": "true",
        "AmoCrmBaseUrl": f"{sandbox_url}/amocrm",
        "TelegramBaseUrl": f"{sandbox_url}/telegram",
        "TelegramChats": "-1001000000001",
        "LogLevel": log_level,
        # Made to protect a bill; here it would only slow down tests and measurements.
        "ThrottlingRate": "10000",
        "ThrottlingBurst": "10000",
        # The sandbox's webhooks come from this machine.
        **dict.fromkeys(("YooKassaNetworks", "SberPayNetworks", "TKassaNetworks"), "127.0.0.0/8"),
        "Receipts": "on",
        "ReceiptCompanyEmail": "studio@cyclorama.test",
        "ReceiptCompanyInn": "7707083893",
        "ReceiptCompanySite": "https://studio.test",
    }


@dataclass(frozen=True)
class LocalValues:
    """The values that take the place of what only AWS can provide."""

    endpoints: Endpoints
    keys: KeyStore

    def secret(self, secret: Secret) -> str:
        """The value to store for one of the template's secrets."""
        own = {"Bitrix24WebhookUrl": f"{self.endpoints.sandbox_url}/bitrix24/rest/1/cyclorama"}
        return self.keys.value(secret, (SANDBOX_SECRETS | own).get(secret.logical_id))

    def stored_parameters(self, parameters: Mapping[str, str]) -> dict[str, str]:
        """Parameter Store's content, with the API's address on this machine."""
        local = {
            API_URL_PARAMETER: self.endpoints.api_url,
            WEBHOOKS_URL_PARAMETER: self.endpoints.service_urls["payment"],
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
