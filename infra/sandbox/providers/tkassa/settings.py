"""Settings of the terminal at T-Kassa."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from infra.sandbox.providers.settings import LOOPBACK, GatewaySettings, Told, option


@dataclass(frozen=True)
class Settings(GatewaySettings):
    """A terminal's key and password."""

    options: ClassVar[str] = "tkassa"

    terminal: str = option("CycloramaDEMO")
    password: str = option("cyclorama")

    def told(self, url: str, chosen: Mapping[str, str]) -> Told:  # noqa: ARG002 - there is one address only
        return Told(
            {"TKassaBaseUrl": f"{url}/tkassa", "TKassaNetworks": LOOPBACK},
            {"TKassaCredentials": json.dumps({"terminal_key": self.terminal, "password": self.password})},
        )
