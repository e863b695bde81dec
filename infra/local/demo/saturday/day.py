"""The Saturday itself: what was agreed in the week, who comes at which hour, and the drawer at the end."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from secrets import randbelow
from typing import Any

from infra.local.demo.saturday import programme as p
from infra.local.demo.saturday.desk import Desk, Shown, expected, money
from infra.local.demo.saturday.papers import Office
from infra.local.demo.saturday.programme import Visit
from infra.local.demo.stage import DemoError, Stage

CALL = "POST /v1/bookings/{id}"


@dataclass
class Day:
    """`booked` has each visit's booking; `people` are the guests who come more than once, by what they come for."""

    stage: Stage
    desk: Desk
    office: Office
    booked: dict[Visit, Shown] = field(default_factory=dict)
    till: Shown = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    certificates: dict[str, Shown] = field(default_factory=dict)
    balances: Counter[str] = field(default_factory=Counter)
    """Kopecks by the id of the customer whose balance it is."""
    left: dict[str, int] = field(default_factory=lambda: {"certificate": p.CERTIFICATE, "pass": p.PASS_HOURS * 60})
    """Kopecks of the certificate and minutes of the pass."""
    invoices: dict[str, Shown] = field(default_factory=dict)
    _tariffs: list[str] = field(default_factory=list)
    _guests: dict[str, Shown] = field(default_factory=dict)

    def say(self, name: str, **values: Any) -> None:
        self.stage.console.print(f"  {self.stage.text(name, **values)}", soft_wrap=True)

    def guest(self, way: str) -> Shown:
        """Somebody new, or the regular customer whose balance pays."""
        if way in self._guests:
            return self._guests[way]
        names = self.stage.text("names").split(", ")
        made = {"full_name": names[len(self.booked) % len(names)], "phone": f"+7900{randbelow(10**7):07}"}
        if way == "balance":
            self._guests[way] = made
        return made

    def furnish(self) -> None:
        """Four halls with a price for Saturdays, and a backdrop by the metre."""
        hours = [{"weekday": day, "opens": "09:00", "closes": "22:00"} for day in range(1, 8)]
        for name, (price, _) in p.HALLS.items():
            hall = {"name": self.named(name), "capacity": 6, "opening_hours": hours, "country": None}
            self.desk.halls[name] = self.desk.ask("POST /v1/halls", hall)["id"]
            tariff = {"hall_id": self.desk.halls[name], "name": self.stage.text("tariff")}
            for conditions in ({"price_per_hour": money(p.WEEKDAY_PRICE)}, saturdays(price)):
                self._tariffs.append(self.desk.ask("POST /v1/tariffs", tariff | conditions)["id"])
        backdrop = {"name": self.named("backdrop"), "unit": "unit", "price": money(p.BACKDROP_METRE)}
        offered = {"hall_ids": list(self.desk.halls.values())}
        self.desk.backdrop = self.desk.ask("POST /v1/add-ons", backdrop | offered)["id"]

    def named(self, name: str) -> str:
        """A name that no earlier play has taken."""
        return f"{self.stage.text(name)} {self.desk.since:%d.%m %H:%M:%S}"

    def open_till(self) -> None:
        """`DemoError` if somebody has one open: there is one drawer."""
        route = "POST /v1/tills"
        answer = self.desk.try_to(route, {"float": money(p.FLOAT)})
        if answer.document.get("code") == "till_already_open":
            raise DemoError(self.stage.text("till_is_open"))
        self.till = expected(route, answer)
        self.move("put_in", p.CHANGE, "change")
        self.say("opened", amount=rubles(p.FLOAT + p.CHANGE))

    def move(self, kind: str, amount: int, reason: str) -> None:
        request = {"kind": kind, "amount": money(amount), "reason": self.stage.text(reason)}
        self.desk.ask("POST /v1/tills/{id}/entries", request, id=self.till["id"])
        self.desk.book.moved += amount if kind == "put_in" else -amount

    def week(self) -> None:
        """Who called in the week: booked for them, and paid for or promised."""
        for visit in p.visits():
            if visit.way not in p.AT_THE_DOOR:
                self.phone(visit, self.guest(visit.way))
                self.promise(visit, self.booked[visit])
        self.companies()
        for visit, booking in self.booked.items():
            if visit.way in ("link", "half", "no_show", "invoice"):
                amount = -(-visit.total // 2) if visit.way in ("half", "no_show") else visit.total
                self.desk.wait_for_money(booking, amount)
        self.say("phoned", count=len(self.booked))

    def phone(self, visit: Visit, guest: Shown) -> None:
        self.booked[visit] = self.desk.book_visit(visit, self.stage.text("by_phone"), guest)
        self.desk.book.sold += visit.total

    def promise(self, visit: Visit, booking: Shown) -> None:
        """A link, whole or half, or staff's word; companies get an invoice later."""
        if visit.way in ("link", "half", "no_show"):
            amount = visit.total if visit.way == "link" else -(-visit.total // 2)
            self.desk.send_link(visit, booking, amount)
        elif visit.way != "invoice":
            self.desk.confirm(booking, self.stage.text("pays_later"))

    def companies(self) -> None:
        """One pays by the bank for two visits, after an invoice that was wrong; of the other, staff say so."""
        first, second = (self.office.company(self.stage.text(name)) for name in ("company", "other_company"))
        theirs = [visit for visit in self.booked if visit.way == "invoice" and visit.hall == "cyclorama"]
        others = [visit for visit in self.booked if visit.way == "invoice" and visit.hall != "cyclorama"]
        wrong = self.office.invoice(first, [self.booked[theirs[0]]])
        self.office.void(wrong, self.stage.text("wrong_invoice"))
        right = self.office.invoice(first, [self.booked[visit] for visit in theirs])
        self.office.paid_by_bank(first, right, theirs)
        word = self.office.invoice(second, [self.booked[visit] for visit in others])
        self.office.paid_by_word(word, others)
        self.invoices = {"bank": right, "word": word}
        self.say("invoiced", void=wrong["number"], bank=right["number"], word=word["number"])

    def sell(self) -> None:
        """A certificate, a pass of ten hours, and money on a regular customer's balance."""
        until = {"valid_from": f"{self.desk.day:%Y-%m-%d}", "valid_until": f"{self.desk.day.year + 1}-12-31"}
        gift = {"name": self.stage.text("gift"), "amount": money(p.CERTIFICATE), "method": "terminal"}
        hours = {"name": self.stage.text("pass"), "minutes": p.PASS_HOURS * 60, "price": money(p.PASS_PRICE)}
        for way, order in (("certificate", gift), ("pass", hours | {"method": "cash"})):
            self.certificates[way] = self.desk.ask("POST /v1/certificates", order | until)
            self.codes[way] = self.certificates[way]["code"]
        self.desk.book.held["terminal"] += p.CERTIFICATE
        self.desk.book.held["cash"] += p.PASS_PRICE
        self.on_balance(self.regular(), "top_up", p.TOP_UP)
        self.say("sold", gift=rubles(p.CERTIFICATE), hours=p.PASS_HOURS, top_up=rubles(p.TOP_UP))

    def regular(self) -> str:
        """The id of the customer whose balance pays for visits."""
        return next(str(booking["customer_id"]) for visit, booking in self.booked.items() if visit.way == "balance")

    def on_balance(self, customer: str, kind: str, amount: int) -> None:
        """Cash for a balance, or out of it."""
        request = {"kind": kind, "amount": money(amount), "method": "cash"}
        self.desk.ask("POST /v1/customers/{id}/balance/entries", request, id=customer)
        signed = amount if kind == "top_up" else -amount
        self.desk.book.held["cash"] += signed
        self.balances[customer] += signed

    def hours(self, serve: Callable[["Day", Visit], None]) -> None:
        """Everybody comes at their hour."""
        for hour in range(p.OPENS, p.OPENS + sum(p.HOURS)):
            at_this_hour = [visit for visit in p.visits() if visit.start == hour]
            if at_this_hour:
                self.stage.console.print(f"\n[bold cyan]{hour:02}:00[/]")
            for visit in at_this_hour:
                serve(self, visit)
                self.told(visit)

    def told(self, visit: Visit) -> None:
        """A line of the day's list."""
        booking, hall = self.booked[visit], self.stage.text(visit.hall)
        way = self.stage.text(f"way_{visit.way}")
        self.say("visit", hall=f"{hall:10}", number=booking["number"], total=f"{rubles(visit.total):>9}", way=way)

    def close(self) -> None:
        """A payout, the bank's share, a count that was wrong and the right one, and the acts."""
        self.on_balance(self.regular(), "payout", p.PAYOUT)
        self.move("taken_out", p.TO_THE_BANK, "to_the_bank")
        drawer = self.desk.book.drawer(p.FLOAT)
        self.count(drawer - p.MISCOUNTED)
        reason = {"reason": self.stage.text("miscounted")}
        self.desk.ask("POST /v1/tills/{id}/reopen", reason, id=self.till["id"])
        self.till = self.count(drawer)
        self.say("closed", amount=rubles(drawer))
        acts = [self.office.act(invoice)["number"] for invoice in self.invoices.values()]
        self.say("acts", numbers=", ".join(acts))

    def count(self, amount: int) -> Shown:
        terminal = self.desk.book.over_the_desk("terminal")
        request = {"counted": money(amount), "terminal": money(terminal)}
        return dict(self.desk.ask("POST /v1/tills/{id}/close", request, id=self.till["id"]))

    def put_away(self) -> None:
        """Halls, prices and the backdrop were of this day alone; a day that broke off leaves no open till either."""
        if self.till and "closed_at" not in self.till:
            left = {"counted": money(0), "leave_open": True}
            self.desk.try_to("POST /v1/tills/{id}/close", left, id=self.till["id"])
        for tariff in self._tariffs:
            self.desk.ask("DELETE /v1/tariffs/{id}", id=tariff)
        for hall in self.desk.halls.values():
            self.desk.ask("PATCH /v1/halls/{id}", {"archived": True}, id=hall)
        if self.desk.backdrop:
            self.desk.ask("PATCH /v1/add-ons/{id}", {"active": False}, id=self.desk.backdrop)


def saturdays(price: int) -> Shown:
    """A tariff that wins on Saturdays."""
    return {"price_per_hour": money(price), "weekdays": [6], "priority": 1}


def rubles(kopecks: int) -> str:
    """4 999.92 as the list of the day has it."""
    return f"{kopecks / 100:,.2f}".replace(",", " ")
