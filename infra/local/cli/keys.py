"""`python -m infra.local rotate-keys`: new keys for tokens, kept in the state directory and told to the broker."""

from dataclasses import dataclass
from typing import Any

from infra.clock import SharedClock
from infra.keys.rotation import API, Rotation, UnknownIssuerError
from infra.local.machine.aws import local_client
from infra.local.machine.errors import LocalError
from infra.local.machine.logs import answers
from infra.local.machine.settings import LocalSettings
from infra.local.plan.endpoints import Endpoints
from infra.local.plan.keys import KeyStore
from infra.local.template import load_template
from infra.local.template.model import Secret


@dataclass(frozen=True)
class LocalSecrets:
    """The state directory's, and those of a running broker, which is filled from it at each start."""

    store: KeyStore
    secrets: dict[str, Secret]
    broker: Any

    def read(self, name: str) -> str:
        return self.store.value(self.secrets[name])

    def write(self, name: str, text: str) -> None:
        self.store.replace(self.secrets[name], text)
        if self.broker:
            self.broker.put_secret_value(SecretId=name, SecretString=text)


def rotate_keys(settings: LocalSettings, rotation: Rotation) -> None:
    """Whether or not the system runs."""
    system = load_template(settings.template, settings.parameters)
    secrets = {secret.name: secret for secret in system.secrets}
    store = LocalSecrets(KeyStore(settings.state), secrets, _broker(settings))
    try:
        for line in rotation.perform(system.functions[API].environment, store, SharedClock(settings.clock).now()):
            answers.print(line)
    except UnknownIssuerError as error:
        raise LocalError(str(error)) from None


def _broker(settings: LocalSettings) -> Any:
    try:
        return local_client("secretsmanager", Endpoints.load(settings.state).aws_endpoint)
    except LocalError:
        return None
