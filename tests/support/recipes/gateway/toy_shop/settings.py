"""Settings of the shop at ToyPay."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from infra.sandbox.providers.settings import LOOPBACK, GatewaySettings, Told, option


@dataclass(frozen=True)
class Settings(GatewaySettings):
    """A shop's key."""

    options: ClassVar[str] = "toypay"

    key: str = option("toy")

    def told(self, url: str, chosen: Mapping[str, str]) -> Told:  # noqa: ARG002 - there is one address only
        return Told(
            {"ToyPayBaseUrl": f"{url}/toypay", "ToyPayNetworks": LOOPBACK},
            {"ToyPayCredentials": json.dumps({"key": self.key})},
        )
