"""Contracts of the report of what messages cost."""

from typing import Annotated

from pydantic import ConfigDict, Field

from shared_schemas.calendar import ZoneName
from shared_schemas.channels import Channel
from shared_schemas.common import Contract, Day, Money
from shared_schemas.notification import TemplateName

Count = Annotated[int, Field(ge=0)]


class MessageCostsQuery(Contract):
    """A period of days, `to` exclusive, 400 at most; days begin at midnight in `timezone`."""

    model_config = ConfigDict(serialize_by_alias=True)

    from_: Day = Field(alias="from")
    to: Day
    timezone: ZoneName = "Europe/Moscow"


class MessageCostTotals(Contract):
    """`spend` is absent where no price is known; parts are those that an SMS is billed as, one for a mail."""

    messages: Count
    parts: Count
    spend: Money | None = None


class MessageCostRow(MessageCostTotals):
    """What one provider took of one kind on a day; messages of before 2026-12 name no provider."""

    date: Day
    channel: Channel
    provider: str | None = None
    template: TemplateName


class MessageCostsReport(Contract):
    """By day, channel, provider and kind, and what it comes to."""

    rows: list[MessageCostRow]
    totals: MessageCostTotals
