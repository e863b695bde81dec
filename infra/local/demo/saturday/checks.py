"""Compares what Cyclorama says of the Saturday with the script's own book, to the kopeck."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlencode

from infra.local.demo.saturday import programme as p
from infra.local.demo.saturday.book import Book
from infra.local.demo.saturday.day import Day, rubles
from infra.local.demo.saturday.desk import Shown
from infra.local.demo.saturday.papers import numbers
from infra.local.demo.stage import DemoError
from shared_schemas.providers import DESK_METHODS, PROVIDERS

T = TypeVar("T")
MINUTE = 60


@dataclass
class Checks:
    """Each says what agrees, and names the first figure that differs."""

    day: Day

    def run(self) -> None:
        """`DemoError` names the first figure that differs."""
        self.schedule()
        self.revenue()
        self.till()
        self.sum()
        self.gateways()
        self.balances()
        self.certificates()
        self.papers()
        self.attendance()

    @property
    def book(self) -> Book:
        return self.day.desk.book

    def ask(self, route: str, query: dict[str, Any] | None = None, **ids: str) -> Any:
        return self.day.desk.ask(route, None, f"?{urlencode(query)}" if query else "", **ids)

    def agree(self, what: str, found: object, wanted: object) -> None:
        if found != wanted:
            raise DemoError(self.day.stage.text("differs", what=what, found=found, wanted=wanted))

    def say(self, name: str, **values: Any) -> None:
        self.day.stage.console.print(f"  [green]✓[/] {self.day.stage.text(name, **values)}", soft_wrap=True)

    def schedule(self) -> None:
        """Forty visits, all paid for. Payments reach their bookings a moment later."""
        wanted = (40, self.book.sold, 0, {"completed": 39, "no_show": 1})

        def seen() -> tuple[int, int, int, dict[str, int]]:
            found = [visit for hall in self.day.desk.halls.values() for visit in self.of_hall(hall)]
            states = [visit["status"] for visit in found]
            count = {state: states.count(state) for state in sorted(set(states))}
            return len(found), _sum(found, "total"), _sum(found, "due"), count

        self.come_to("schedule", seen, wanted)
        self.say("check_schedule", visits=40, sold=rubles(self.book.sold))

    def of_hall(self, hall: str) -> list[Shown]:
        days = {"from": _date(self.day.desk.day), "to": _date(self.day.desk.day + timedelta(days=1))}
        return list(self.ask("GET /v1/schedule", days | {"hall_id": hall})["data"])

    def come_to(self, what: str, look: Callable[[], T], wanted: T) -> None:
        """Look until it is as wanted; `DemoError` says what it was instead."""
        found: list[T] = []

        def fits() -> bool | None:
            found.append(look())
            return True if found[-1] == wanted else None

        try:
            self.day.stage.wait("agrees", fits)
        except DemoError:
            self.agree(what, found[-1], wanted)

    def revenue(self) -> None:
        """The month's report, by method and as a whole, of each hall."""
        first = self.day.desk.since.astimezone(p.ZONE).replace(day=1)
        until = self.day.desk.now().replace(day=1) + timedelta(days=32)
        period = {"from": _date(first), "to": _date(until.replace(day=1))}
        for name, hall in self.day.desk.halls.items():
            wanted: dict[str, tuple[int, ...]] = dict(self.book.by_method(name))
            question = period | {"hall_id": hall}
            self.come_to(f"revenue: {name}", partial(self.by_provider, question), wanted)
            month = self.ask("GET /v1/reports/revenue", question | {"by": "month"})
            whole = (self.book.gross(name), self.book.refunds(name), self.book.payments[name])
            self.agree(f"month: {name}", _sums(month["totals"], "payments"), whole)
            self.agree(f"months: {name}", _added(month["rows"]), whole)
        payments = self.book.payments.total()
        self.say(
            "check_revenue", gross=rubles(self.book.gross()), refunds=rubles(self.book.refunds()), payments=payments
        )

    def by_provider(self, question: dict[str, str]) -> dict[str, tuple[int, ...]]:
        rows = self.ask("GET /v1/reports/revenue", question | {"by": "provider"})["rows"]
        return {row["provider"]: _sums(row) for row in rows}

    def till(self) -> None:
        """What was counted, who took what, and each movement."""
        till = self.ask("GET /v1/tills/{id}", id=self.day.till["id"])
        wanted: dict[str, int] = {method: self.book.over_the_desk(method) for method in DESK_METHODS}
        wanted["cash"] = self.book.drawer(p.FLOAT)
        self.agree("till", {each["method"]: each["expected"]["amount"] for each in till["counts"]}, wanted)
        differences = [each["difference"]["amount"] for each in till["counts"] if "difference" in each]
        self.agree("difference", differences, [0, 0])
        for method in DESK_METHODS:
            totals = [each for each in till["totals"] if each["method"] == method]
            taken = _sum(totals, "taken") - _sum(totals, "given_back")
            self.agree(f"till: {method}", taken, self.book.over_the_desk(method))
        self.say("check_till", **{method: rubles(amount) for method, amount in wanted.items()})

    def sum(self) -> None:
        """Revenue is what came over the desk, through the gateways, and out of what was held."""
        entries = self.ask("GET /v1/tills/{id}/entries", id=self.day.till["id"])["data"]
        desk = _sum([entry for entry in entries if entry["kind"] in ("payment", "refund")], "amount")
        gateways = sum(self.through(gateway) for gateway in PROVIDERS)
        held = self.used()
        self.agree("revenue", desk + gateways + held, self.book.net())
        sums = {"desk": desk, "gateways": gateways, "held": held}
        self.say("check_sum", net=rubles(self.book.net()), **{name: rubles(amount) for name, amount in sums.items()})

    def through(self, gateway: str) -> int:
        """What is here of the payments that a gateway made for the visits."""
        span = {"from": self.day.desk.since.isoformat(), "to": self.day.desk.now().isoformat(), "provider": gateway}
        payments = [each for each in self.pages("GET /v1/payments", span) if each["booking_id"] in self.day.desk.made]
        found = _sum(payments, "taken") - _sum(payments, "refunded")
        self.agree(gateway, found, self.book.gross("", (gateway,)) - self.book.refunds("", (gateway,)))
        return found

    def pages(self, route: str, query: dict[str, Any]) -> Iterator[Shown]:
        """All of a list."""
        page: Shown = {"next_cursor": ""}
        while (cursor := page.get("next_cursor")) is not None:
            at = {"cursor": cursor} if cursor else {}
            page = self.ask(route, query | at | {"limit": 200})
            yield from page["data"]

    def used(self) -> int:
        """What of held money paid for visits, less what of visits went to balances."""
        spent = 0
        for certificate in self.day.certificates.values():
            entries = self.ask("GET /v1/certificates/{id}/entries", id=certificate["id"])["data"]
            spent -= _sum([entry for entry in entries if entry["kind"] == "payment"], "worth")
        for customer in self.day.balances:
            entries = self.entries(customer)
            spent -= _sum([entry for entry in entries if entry["kind"] in ("payment", "refund")], "amount")
        deposits = [each for visit, each in self.day.booked.items() if visit.way == "deposit"]
        for booking in deposits:
            spent += _sum(self.ask("GET /v1/deposits", {"booking_id": booking["id"]})["data"], "kept")
        return spent

    def entries(self, customer: str) -> list[Shown]:
        return list(self.ask("GET /v1/customers/{id}/balance/entries", id=customer)["data"])

    def gateways(self) -> None:
        """Nothing of ours differs from what the gateways, the tills and the ledger have."""
        span = {"since": self.day.desk.since.isoformat(), "until": self.day.desk.now().isoformat()}
        found = self.day.desk.ask("POST /v1/reconciliations", span)["data"]
        ours = self.day.desk.made
        differing = [each for run in found for each in run["differences"] if each.get("booking_id") in ours]
        self.agree("reconciliation", differing, [])
        self.say("check_gateways")

    def balances(self) -> None:
        told = []
        for customer, wanted in self.day.balances.items():
            balance = self.ask("GET /v1/customers/{id}/balance", id=customer)["balance"]["amount"]
            self.agree("balance", balance, wanted)
            self.agree("balance entries", _sum(self.entries(customer), "amount"), wanted)
            told.append(rubles(wanted))
        self.say("check_balances", balances=", ".join(told))

    def certificates(self) -> None:
        for way, certificate in self.day.certificates.items():
            shown = self.ask("GET /v1/certificates/{id}", id=certificate["id"])
            entries = self.ask("GET /v1/certificates/{id}/entries", id=certificate["id"])["data"]
            self.agree(way, shown["remaining"], self.day.left[way])
            self.agree(f"{way}: entries", sum(entry["amount"] for entry in entries), self.day.left[way])
        left = self.day.left
        self.say("check_certificates", money=rubles(left["certificate"]), minutes=left["pass"])

    def papers(self) -> None:
        """Numbers of the year from 1 on, those of other days among them, and ours one after the other."""
        told = {}
        for kind, route in (("invoice", "GET /v1/invoices"), ("act", "GET /v1/acts")):
            papers = list(self.pages(route, {}))
            for year in sorted({paper["number"].split("-")[0] for paper in papers}):
                found = numbers([paper for paper in papers if paper["number"].startswith(f"{year}-")])
                self.agree(f"{kind}s of {year}", found, list(range(1, len(found) + 1)))
            told[f"{kind}s"] = ", ".join(paper["number"] for was, paper in self.day.office.issued if was == kind)
        self.say("check_papers", **told)

    def attendance(self) -> None:
        """Who did not come, and how much of the day was sold."""
        saturday = {"from": _date(self.day.desk.day), "to": _date(self.day.desk.day + timedelta(days=1))}
        sold = len(self.day.desk.halls) * sum(p.HOURS) * MINUTE

        def seen() -> tuple[int, int, int]:
            totals = [0, 0, 0]
            for hall in self.day.desk.halls.values():
                question = saturday | {"hall_id": hall}
                came = self.ask("GET /v1/reports/no-shows", question)["totals"]
                used = self.ask("GET /v1/reports/utilisation", question)["totals"]
                for place, figure in enumerate((came["visits"], came["no_shows"], used["sold_minutes"])):
                    totals[place] += figure
            return totals[0], totals[1], totals[2]

        self.come_to("attendance", seen, (40, 1, sold))
        self.say("check_no_shows", minutes=sold)


def _date(moment: datetime) -> str:
    return moment.date().isoformat()


def _sum(documents: list[Shown], name: str) -> int:
    return sum(each[name]["amount"] for each in documents)


def _sums(row: Shown, *more: str) -> tuple[int, ...]:
    return (row["gross"]["amount"], row["refunds"]["amount"], *(row[name] for name in more))


def _added(rows: list[Shown]) -> tuple[int, ...]:
    return tuple(map(sum, zip(*(_sums(row, "payments") for row in rows), strict=True)))
