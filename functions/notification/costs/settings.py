"""Settings of what messages cost."""

from pydantic import Field, field_validator

from core.settings import SettingsPart
from notification.costs.domain import Prices


class CostSettings(SettingsPart):
    """What providers charge."""

    message_prices: str = Field(default="", max_length=2000)
    """What a part of an SMS, or a mail, costs in kopecks, by provider and from a day on, such as
    `smsru@2026-01-01=349 smsru@2026-10-01=399 ses@2026-01-01=0.8`; without a price nothing is known of it."""

    @field_validator("message_prices")
    @classmethod
    def _readable(cls, value: str) -> str:
        Prices.read(value)
        return value


SETTINGS = CostSettings
