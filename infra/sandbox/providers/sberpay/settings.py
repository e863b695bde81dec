"""Settings of the shop at Sber."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from infra.sandbox.knob import Knob
from infra.sandbox.providers.settings import LOOPBACK, GatewaySettings, Told, option

# Where Sber's two platforms answer.
PATHS = {"new": "ecomm/gw/partner/api/v1", "legacy": "payment/rest"}


@dataclass(frozen=True)
class Settings(GatewaySettings):
    """A shop's access in both interfaces."""

    options: ClassVar[str] = "sber"
    knobs: ClassVar[Mapping[str, Knob]] = {
        "sber_post_callback": Knob("times", per_payment=True),
        "sber_rsa_checksum": Knob("times", per_payment=True),
    }

    user: str = option("cyclorama-api")
    password: str = option("cyclorama")
    token: str = option("cyclorama-token", "the old interface takes it for a password")
    callback_key: str = option("cyclorama-callback", "signs the old interface's callbacks")

    def told(self, url: str, chosen: Mapping[str, str]) -> Told:
        """The address is that of the dialect."""
        path = PATHS[chosen.get("SberPayDialect", "new")]
        return Told(
            {"SberPayBaseUrl": f"{url}/sber/{path}", "SberPayNetworks": LOOPBACK},
            {
                "SberPayCredentials": json.dumps({"user_name": self.user, "password": self.password}),
                "SberPayCallbackKey": self.callback_key,
            },
        )
