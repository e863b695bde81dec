"""What pictures of reports say, in both languages."""

from collections.abc import Mapping
from datetime import date

from integration.charts.numbers import Format, count, day, hours, money, month, percent, weekday
from shared_schemas.errors import Locale, Text
from shared_schemas.integration.reports import LeadTimeRow, PromoCodesRow, ReportQuery, ReportRow, RevenueRow
from shared_schemas.providers import LABELS
from shared_schemas.visits.purposes import VisitPurpose

UTILISATION = Text("Sold time", "Загрузка залов")
REVENUE = Text("Revenue", "Выручка")
HOLDS = Text("Booking outcomes", "Что стало с бронями")
LEAD_TIME = Text("Booking lead time in days", "За сколько дней бронируют")
NO_SHOWS = Text("No-shows", "Неявки")
PROMO_CODES = Text("Sales with promo codes", "Продано по промокодам")

SOLD = Text(
    "{percent} of {open} open hours sold; {outside} h more outside opening hours",
    "продано {percent} из {open} ч работы; ещё {outside} ч вне часов работы",
)
MONEY = Text("{gross} paid, {refunds} refunded, {net} net", "пришло {gross}, возвращено {refunds}, осталось {net}")
HELD = Text(
    "{confirmed} of {created} confirmed ({percent}), half of them within {median} min",
    "подтверждено {confirmed} из {created} ({percent}), половина за {median} мин",
)
AHEAD = Text(
    "{visits} visits, half of them within {days} days", "визитов: {visits}, половина — не более чем за {days} дн."
)
MISSED = Text(
    "{no_shows} of {visits} visits ({percent}), sold for {missed}", "{no_shows} из {visits} ({percent}) на {missed}"
)
PROMO = Text(
    "{confirmed} of {created} bookings confirmed, {discount} in discounts",
    "подтверждено броней: {confirmed} из {created}, скидок на {discount}",
)

GROSS, REFUNDS = Text("Payments", "Платежи"), Text("Refunds", "Возвраты")
CONFIRMED, EXPIRED = Text("Confirmed", "Подтверждены"), Text("Expired", "Истекли")
CANCELLED, WAITING = Text("Cancelled unpaid", "Отменены до оплаты"), Text("Waiting", "Ожидают")
VISITS, SHARE = Text("Visits", "Визиты"), Text("Share", "Доля")
OF_HOURS = Text("{sold} of {open} h", "{sold} из {open} ч")
CLOSED = Text("closed", "закрыто")
MORE = Text("and {count} more", "и ещё {count}")
UNKNOWN = Text("unknown", "неизвестно")
NAMES: Mapping[str, Text] = {
    **LABELS,
    "prepayment": Text("Prepayment", "Предоплата"),
    "full": Text("Full payment", "Полная оплата"),
    "balance": Text("Balance", "Доплата"),
}
PURPOSES: Mapping[VisitPurpose, Text] = {
    "photo": Text("Photo shoot", "Фотосъёмка"),
    "video": Text("Video shoot", "Видеосъёмка"),
    "event": Text("Event", "Мероприятие"),
    "class": Text("Class", "Занятие"),
    "other": Text("Something else", "Другое"),
}


class Words:
    """Texts and figures in one language."""

    def __init__(self, locale: Locale) -> None:
        self.locale = locale
        self.count: Format = count(locale)
        self.percent: Format = percent(locale)
        self.money: Format = money(locale)
        self.hours: Format = hours(locale)

    def say(self, text: Text, **params: object) -> str:
        return text.render(self.locale, params)

    def share(self, value: float | None) -> str:
        """A percentage, or a dash where there is nothing to be a share of."""
        return "–" if value is None else self.percent(value)

    def period(self, query: ReportQuery) -> str:
        """The days that are asked about, both inclusive."""
        first, last = query.from_, query.to - date.resolution
        days = [first] if first == last else [first, last]
        return " – ".join(f"{day(each, self.locale)} {each.year}" for each in days)

    def row(self, row: ReportRow, by: str) -> str:
        """What a row is about."""
        if row.date:
            return month(row.date, self.locale) if by == "month" else day(row.date, self.locale)
        if row.weekday:
            return weekday(row.weekday, self.locale)
        if row.hour is not None:
            return f"{row.hour:02}:00"
        if row.visit_purpose:
            return self.say(PURPOSES[row.visit_purpose])
        return self._named(row)

    def _named(self, row: ReportRow) -> str:
        if isinstance(row, LeadTimeRow):
            return f"{row.from_days}–{row.to_days}" if row.to_days else f"{row.from_days}+"
        name = row.hall_name or (str(row.hall_id) if row.hall_id else None)
        if isinstance(row, RevenueRow):
            name = name or row.tariff or row.provider or row.purpose
        if isinstance(row, PromoCodesRow):
            name = name or row.promo_code
        if name is None:
            return self.say(UNKNOWN)
        return self.say(NAMES[name]) if name in NAMES else name
