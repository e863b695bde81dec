"""Settings of the shop at YooKassa."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from infra.sandbox.providers.settings import LOOPBACK, GatewaySettings, Told, option


@dataclass(frozen=True)
class Settings(GatewaySettings):
    """A shop's id and key."""

    options: ClassVar[str] = "yookassa"

    shop_id: str = option("100500")
    key: str = option("test_cyclorama")

    def told(self, url: str, chosen: Mapping[str, str]) -> Told:  # noqa: ARG002 - there is one address only
        return Told(
            {"YooKassaBaseUrl": f"{url}/yookassa/v3", "YooKassaNetworks": LOOPBACK},
            {"YooKassaCredentials": json.dumps({"shop_id": self.shop_id, "secret_key": self.key})},
        )
