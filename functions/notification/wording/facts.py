"""What each kind of message may say: the names that its templates may use, and examples of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import get_args

from notification.bookings.domain import OF_ONE_CHANGE
from notification.messages.domain.plans import ACCOUNT_PLANS, CODE_PLANS, INVITATION, PLANS
from shared_schemas.errors import Text
from shared_schemas.messages.templates import FactKind
from shared_schemas.notification import TemplateName

COMMON = """
studio | text | the studio's name | название студии
locale | text | the language of the message | язык сообщения
greeting | text | "Hello Anna,", or without a name | «Здравствуйте, Анна!» или без имени
leave? | text | where such messages can be left | где отказаться от таких писем
phone? | text | the studio's phone | телефон студии
"""
SITE = """site? | text | the studio's site | сайт студии
"""
VISIT = """
address? | text | where the visit is | адрес, куда приходить
directions? | text | how to get in | как пройти
url? | text | the page with this booking; in an SMS a short link | страница бронирования; в SMS короткая ссылка
standing | flag | whether the visit can still be moved or cancelled | можно ли ещё перенести или отменить
check_in_code? | text | the code to show at the desk | код, который показывают на стойке
due? | money | what the reader is asked to pay | сколько просят оплатить
paid? | money | what came in so far | сколько уже оплачено
left? | money | what is left to pay | сколько осталось оплатить
slot | text | the day and the hours, in full | день и часы полностью
short_slot | text | the day and the hours, short | день и часы коротко
previous_slot? | text | the time before it was moved | время до переноса
place | text | the city of the hall's time zone | город, по времени которого живёт зал
booking.number | text | the number of the booking | номер бронирования
booking.hall_name | text | the hall | зал
booking.people | number | how many people come | сколько человек
booking.start | time | when it begins | начало
booking.end | time | when it ends | окончание
booking.total | money | what the visit costs | стоимость
booking.prepayment | money | the prepayment | предоплата
booking.hold_expires_at? | time | until when the time is held | до какого времени держим зал
booking.refund_due? | money | what is on its way back | сколько ещё вернётся
"""
OF_CHANGE = """
booking.amount? | money | the amount of this payment or refund | сумма этого платежа или возврата
booking.purpose? | text | what was paid: prepayment, balance, … | за что платёж: prepayment, balance, …
booking.provider? | text | by what it was paid: cash, terminal, … | чем платили: cash, terminal, …
booking.reason? | text | why, in a word of ours or as it was written | причина: наше слово или как её написали
booking.refund? | money | what goes back because of this change | сколько вернётся из-за изменения
booking.undone? | text | the state that was undone | состояние, которое отменили
booking.previous_start? | time | the beginning before | прежнее начало
booking.previous_end? | time | the end before | прежнее окончание
booking.previous_total? | money | what it cost before | прежняя стоимость
"""
ABOUT_NO_VISIT: Mapping[TemplateName, str] = {
    "certificate_issued": """
certificate.name | text | what it is called | как он называется
certificate.worth | text | the sum, or the hours of a pass | сумма или часы абонемента
certificate.valid_from | text | the first day of visits | первый день, когда им можно платить
certificate.valid_until | text | the last day of visits | последний день, когда им можно платить
certificate.tail | text | the last four characters of its code | последние четыре знака кода
certificate.code? | text | its code; absent if it was made anew | код; его нет, если код уже заменили
certificate.limited | flag | whether it is for some halls or tariffs only | только для некоторых залов или тарифов
""",
    "invoice_issued": """
invoice.number | text | the number of the invoice | номер счёта
invoice.left | money | what is left to pay | сколько осталось оплатить
invoice.due | text | the last day to pay | последний день оплаты
""",
    "till_difference": """
till.expected | money | what should be in the drawer | сколько должно быть в кассе
till.counted | money | what was counted | сколько насчитали
till.difference | money | how much it differs | на сколько расходится
till.missing | flag | whether money is missing | денег меньше, чем должно быть
till.opened_at | text | when it was opened | когда открыли
till.closed_at | text | when it was counted | когда закрыли
desk? | text | the page of the staff | страница стойки
""",
    "staff_alarm": """
alarm.service | text | where it failed | в каком сервисе
alarm.operation | text | what failed | что не получилось
alarm.code | text | the word for the failure | код ошибки
alarm.detail | text | what is known of it | подробности
desk? | text | the page of the staff | страница стойки
""",
}
SUMS = """
money | function | an amount in full: money(amount) | сумма полностью: money(amount)
short_money | function | an amount for an SMS: short_money(amount) | сумма для SMS: short_money(amount)
"""
PAYING = """
pay? | flag | whether there is something to pay | есть ли что оплатить
pay.url | text | where to pay | где оплатить
pay.amount | money | how much | сколько
pay.expires_at? | time | until when the link works | до какого времени действует ссылка
pay.for_several | flag | whether it pays several visits | оплачивает ли несколько визитов
"""
CODE = """
secret | text | the code, or the secret of the link | код или секрет ссылки
link? | text | the link to press | ссылка
"""
INVITED = """
link | text | the link of the invitation | ссылка приглашения
"""
FUNCTIONS = """
money | function | an amount in full: money(booking.total) | сумма полностью: money(booking.total)
short_money | function | an amount for an SMS: short_money(left) | сумма для SMS: short_money(left)
moment | function | a time in full: moment(booking.start) | время полностью: moment(booking.start)
short_moment | function | a time, short: short_moment(booking.start) | время коротко: short_moment(booking.start)
clock | function | the hour alone: clock(booking.start) | только часы и минуты: clock(booking.start)
qr | function | a picture of the code: qr(check_in_code) | картинка кода: qr(check_in_code)
"""
NEEDED: Mapping[TemplateName, str] = {
    "sign_in_code": "secret",
    "address_confirmation": "secret",
    "password_reset": "secret",
    "staff_invitation": "link",
    "payment_link": "pay.url",
}
"""What such a message is for: without it, it is of no use."""


@dataclass(frozen=True)
class Fact:
    """A name that a template may use; not `always` means that it may be empty or absent."""

    name: str
    kind: FactKind
    about: Text
    always: bool


@cache
def facts_of(template: TemplateName) -> Mapping[str, Fact]:
    """By name, all that this kind of message may say."""
    return {fact.name: fact for fact in _facts(template)}


def _facts(template: TemplateName) -> Iterator[Fact]:
    yield from _read(COMMON)
    if template in {plan.template for plan in ACCOUNT_PLANS.values()}:
        return
    if template == INVITATION.template:
        yield from _read(INVITED)
    elif about := ABOUT_NO_VISIT.get(template):
        yield from _read(SITE + about + SUMS)
    elif template in {plan.template for plan in CODE_PLANS.values()}:
        yield from _read(CODE)
    else:
        own = _of_change(template)
        yield from _read(SITE + VISIT)
        yield from (fact for fact in _read(OF_CHANGE) if fact.name.removeprefix("booking.") in own)
        yield from _read(PAYING if template == "payment_link" else "")
        yield from _read(FUNCTIONS)


def _of_change(template: TemplateName) -> frozenset[str]:
    """What the events that make this message say of the change itself."""
    events = [event for event, plan in PLANS.items() if plan.template == template]
    return frozenset(name for name in OF_ONE_CHANGE if any(name in event.model_fields for event in events))


def _read(rows: str) -> Iterator[Fact]:
    for row in filter(None, rows.splitlines()):
        name, kind, en, ru = (cell.strip() for cell in row.split(" | "))
        known: dict[str, FactKind] = {each: each for each in get_args(FactKind)}
        yield Fact(name.removesuffix("?"), known[kind], Text(en, ru), always=not name.endswith("?"))
