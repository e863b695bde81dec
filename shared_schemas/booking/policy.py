"""Contracts of the studio's policy: terms of payment and cancellation, limits per client."""

from typing import Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from shared_schemas.booking.halls import WebAddress
from shared_schemas.booking.rates import Percent
from shared_schemas.common import Contract, Replacement
from shared_schemas.errors import Text
from shared_schemas.texts import Name
from shared_schemas.validation import refuse
from shared_schemas.visits.conditions import HoursBefore, Length, TermsConditions

TermName = Literal[
    "min_minutes", "prepayment_percent", "hold_minutes", "refund_tiers", "reschedule_hours_before", "max_reschedules"
]
"""What a rule of the terms may set."""
HoldMinutes = Annotated[float, Field(gt=0, le=24 * 60)]
PrepaymentPercent = Annotated[int, Field(ge=1, le=100)]


TERMS: tuple[TermName, ...] = get_args(TermName)


class RefundTier(Contract):
    """A cancellation at least `hours_before` the start refunds `percent` of what was paid."""

    hours_before: int = Field(ge=0, le=10_000)
    percent: Percent


class Terms(Contract):
    """The part of the policy that a booking is sold under, and keeps whatever the studio decides later."""

    refund_tiers: list[RefundTier] = Field(
        default=[RefundTier(hours_before=72, percent=100), RefundTier(hours_before=24, percent=50)], max_length=20
    )
    reschedule_hours_before: int = Field(default=48, ge=0, le=10_000)
    """Until when, in hours before the start, a client may move or shorten the booking."""
    max_reschedules: int = Field(default=1, ge=0, le=100)


class TermsRule(TermsConditions):
    """Other terms for some visits, such as a longer shortest visit at weekends. It sets at least one of them.

    Of the rules that set a term and are for a visit, the highest `priority` wins, then the more specific, then the one
    that stands first."""

    name: Name
    """As quotes, bookings and refusals name it."""
    min_minutes: Length | None = None
    """The shortest visit, in place of the hall's own."""
    prepayment_percent: PrepaymentPercent | None = None
    hold_minutes: HoldMinutes | None = None
    refund_tiers: list[RefundTier] | None = Field(default=None, max_length=20)
    reschedule_hours_before: HoursBefore | None = None
    max_reschedules: int | None = Field(default=None, ge=0, le=100)

    @model_validator(mode="after")
    def _sets_something(self) -> Self:
        if not self.sets:
            raise refuse(
                "rule_sets_nothing",
                Text(
                    "The rule must set one at least: the shortest visit, the prepayment, the hold, refunds, moves",
                    "Правило должно задать хотя бы одно: наименьшую длительность, предоплату, удержание, возврат, "
                    "переносы",
                ),
            )
        return self

    @property
    def sets(self) -> list[TermName]:
        """The terms that it sets."""
        return [term for term in TERMS if getattr(self, term) is not None]


class TermOrigin(Contract):
    """Which rule a term is by."""

    term: TermName
    rule: str


class SaleTerms(Terms):
    """The terms under which a visit is sold, and where they are from: those of no rule in `by` are the policy's, the
    shortest visit the hall's."""

    min_minutes: int
    prepayment_percent: int
    hold_minutes: float
    by: list[TermOrigin] = Field(default=[])


class ClientLimits(Contract):
    """How much one client may have at once. Staff who book or pay for a client are not limited."""

    max_unpaid_holds: int = Field(default=12, ge=1, le=10_000)
    """Bookings that wait for their prepayment."""
    max_unpaid_hours: int = Field(default=24, ge=1, le=100_000)
    """Hours of all halls that those bookings hold."""
    max_open_payments: int = Field(default=10, ge=1, le=1000)
    """Payments that were started and are not finished; of all guests of one telephone number together."""
    max_waitlist_entries: int = Field(default=20, ge=1, le=1000)
    """Slots that are waited for, or offered."""
    max_quotes: int = Field(default=100, ge=1, le=100_000)
    """Valid quotes for one network address, as quotes need no account."""


class BusinessTerms(Terms, ClientLimits):
    """The studio's terms of business."""

    hold_minutes: HoldMinutes | None = None
    """How long an unpaid booking holds its slot; absent means the deployment's setting."""
    offer_minutes: float = Field(default=60, gt=0, le=7 * 24 * 60)
    """How long an offer from the waitlist holds its slot."""
    prepayment_percent: PrepaymentPercent | None = None
    """The share of the total that confirms a booking; absent means the deployment's setting."""
    no_show_prepayment_percent: int = Field(default=100, ge=1, le=100)
    """The share that is asked of a customer after a no-show."""
    unattended: Literal["complete", "no_show"] = "complete"
    """What happens to a confirmed booking whose time passed without a check-in."""
    rules_version: Name | None = None
    """The version of the studio's rules that a client must accept with every booking; absent means none."""
    rules_url: WebAddress | None = None


class PolicyRequest(BusinessTerms):
    """The studio's terms of business; a change applies to bookings made after it."""

    rules: list[TermsRule] | None = Field(default=None, max_length=200)
    """Other terms for some visits; absent means that those in force stay."""


class PolicyReplacement(PolicyRequest, Replacement):
    """The terms that take the place of those in force, in full; a change holds for bookings made after it."""

    version: int | None = Field(default=None, ge=0, le=2**31 - 1)
    """The version that was edited, as `GET /v1/policy` tells it: refused if another is in force by now. Absent means
    whichever is in force."""


class Policy(BusinessTerms):
    """The policy in force; `version` 0 is the deployment's default, before the studio sets one."""

    rules: list[TermsRule] = Field(default=[])

    version: int = 0
