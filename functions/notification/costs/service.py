"""What messages cost, by day and kind."""

from collections.abc import Callable

from notification.costs.domain import Prices, Sent, spend
from notification.costs.ports import Work
from shared_schemas.errors import RuleViolationError, Text, Violation
from shared_schemas.messages.costs import MessageCostRow, MessageCostsQuery, MessageCostsReport, MessageCostTotals

MOST_DAYS = 400
NOT_COUNTED = Text("The period must have 1 to {most} days", "В периоде должно быть от 1 до {most} дней")


class CostReports:
    """The report of costs."""

    def __init__(self, unit_of_work: Callable[[], Work], prices: Prices) -> None:
        self._unit_of_work = unit_of_work
        self._prices = prices

    def report(self, query: MessageCostsQuery) -> MessageCostsReport:
        """`RuleViolationError` if the period is none, or longer than messages are kept."""
        if not 0 < (query.to - query.from_).days <= MOST_DAYS:
            raise RuleViolationError([Violation("to", "period_not_counted", NOT_COUNTED, {"most": MOST_DAYS})])
        with self._unit_of_work() as work:
            found = work.costs.sent(query.from_, query.to, query.timezone)
        rows = [self._row(each) for each in found]
        messages, parts = sum(each.messages for each in found), sum(each.parts for each in found)
        totals = MessageCostTotals(messages=messages, parts=parts, spend=spend(found, self._prices))
        return MessageCostsReport(rows=rows, totals=totals)

    def _row(self, sent: Sent) -> MessageCostRow:
        return MessageCostRow.model_validate({**vars(sent), "spend": spend([sent], self._prices)})
