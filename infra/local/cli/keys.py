"""`python -m infra.local rotate-keys`: new keys for tokens or data, in the state directory and told to the broker."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from infra.clock import SharedClock
from infra.keys.data import OPERATORS, DataRotation, Invoke, NotYetError
from infra.keys.rotation import API, Rotation, UnknownIssuerError
from infra.local.cli.commands import invoke
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


def rotate_keys(settings: LocalSettings, rotation: Rotation | DataRotation) -> None:
    """Whether or not the system runs."""
    system = load_template(settings.template, settings.parameters)
    secrets = {secret.name: secret for secret in system.secrets}
    store = LocalSecrets(KeyStore(settings.state), secrets, _broker(settings))
    try:
        for line in _performed(settings, rotation, system.functions[API].environment, store):
            answers.print(line)
    except (UnknownIssuerError, NotYetError) as error:
        raise LocalError(str(error)) from None


def _performed(
    settings: LocalSettings, rotation: Rotation | DataRotation, variables: Mapping[str, str], store: LocalSecrets
) -> Iterator[str]:
    now = SharedClock(settings.clock).now()
    if isinstance(rotation, DataRotation):
        return rotation.perform(variables, store, now, _operators(settings))
    return rotation.perform(variables, store, now)


def _operators(settings: LocalSettings) -> Invoke | None:
    """How the operators' function is invoked; None where no system runs."""
    try:
        return partial(invoke, Endpoints.load(settings.state), OPERATORS)
    except LocalError:
        return None


def _broker(settings: LocalSettings) -> Any:
    try:
        return local_client("secretsmanager", Endpoints.load(settings.state).aws_endpoint)
    except LocalError:
        return None
