"""What staff read in messengers: short messages in their language, nothing personal in them."""

from html import escape
from zoneinfo import ZoneInfo

from shared_schemas.common import LocaleCode
from shared_schemas.errors import Text
from shared_schemas.events.bookings import (
    BookingCancelled,
    BookingCreated,
    BookingEvent,
    BookingPaymentRefused,
    BookingReinstated,
)
from shared_schemas.events.envelope import EventData
from shared_schemas.events.operations import ServiceError
from shared_schemas.events.payments import PaymentEvent, PaymentRefunded, PaymentRefundFailed, PaymentSucceeded
from shared_schemas.money import written
from shared_schemas.providers import LABELS

# Messengers take 4000 characters and more; what goes wrong is told shorter.
MAX_DETAIL = 600
UNKNOWN = Text("unknown", "неизвестна")
TEXTS: dict[str, Text] = {
    BookingCreated.type: Text(
        "🆕 <b>New booking {number}</b>\n{hall}, {slot}\n{people} people, {total}",
        "🆕 <b>Новая бронь {number}</b>\n{hall}, {slot}\nЧеловек: {people}, {total}",
    ),
    BookingCancelled.type: Text(
        "❌ <b>Booking {number} is cancelled</b>\n{hall}, {slot}",
        "❌ <b>Бронь {number} отменена</b>\n{hall}, {slot}",
    ),
    BookingReinstated.type: Text(
        "↪️ <b>Booking {number} stands again</b>\n{hall}, {slot}",
        "↪️ <b>Бронь {number} снова в силе</b>\n{hall}, {slot}",
    ),
    BookingPaymentRefused.type: Text(
        "↩️ <b>A payment came too late</b>\nBooking {number}: the money is refunded",
        "↩️ <b>Платёж не пригодился</b>\nБронь {number}; деньги возвращаются",
    ),
    PaymentSucceeded.type: Text(
        "💳 <b>Paid: {amount}</b>\nBooking {number}, {provider}",
        "💳 <b>Оплачено: {amount}</b>\nБронь {number}, {provider}",
    ),
    PaymentRefunded.type: Text(
        "💸 <b>Refunded: {amount}</b>\nBooking {number}, {provider}",
        "💸 <b>Возвращено: {amount}</b>\nБронь {number}, {provider}",
    ),
    PaymentRefundFailed.type: Text(
        "🚨 <b>A refund of {amount} failed</b>\nBooking {number}, {provider}: please look",
        "🚨 <b>Не удалось вернуть {amount}</b>\nБронь {number}, {provider}: нужно вмешаться",
    ),
    ServiceError.type: Text(
        "🚨 <b>Error in {service}: {code}</b>\n{operation}\n<code>{detail}</code>",
        "🚨 <b>Ошибка в сервисе {service}: {code}</b>\n{operation}\n<code>{detail}</code>",
    ),
}


def message(data: EventData, number: str | None, locale: LocaleCode) -> str:
    """The message as HTML that messengers read alike; `number` is the booking's, where the event does not tell it."""
    facts = _facts(data, locale) | {"number": _number(data, number, locale)}
    safe: dict[str, object] = {name: escape(value, quote=False) for name, value in facts.items()}
    return TEXTS[data.type].render(locale, safe)


def _number(data: EventData, number: str | None, locale: LocaleCode) -> str:
    return data.number if isinstance(data, BookingEvent) else number or UNKNOWN.render(locale, {})


def _facts(data: EventData, locale: LocaleCode) -> dict[str, str]:
    if isinstance(data, BookingEvent):
        return {
            "hall": data.hall_name,
            "slot": _slot(data),
            "people": str(data.people),
            "total": written(data.total.amount, locale),
        }
    if isinstance(data, PaymentEvent):
        return {"amount": written(data.amount.amount, locale), "provider": LABELS[data.provider].render(locale, {})}
    if isinstance(data, ServiceError):
        words = {"service": data.service, "operation": data.operation, "code": data.code, "detail": data.detail}
        return {name: value[:MAX_DETAIL] for name, value in words.items()}
    return {}


def _slot(data: BookingEvent) -> str:
    """In the hall's own time; both dates where it ends on another day."""
    zone = ZoneInfo(data.timezone)
    start, end = data.start.astimezone(zone), data.end.astimezone(zone)
    same_day = start.date() == end.date()
    return f"{start:%d.%m.%Y %H:%M}–{end:%H:%M}" if same_day else f"{start:%d.%m.%Y %H:%M} – {end:%d.%m.%Y %H:%M}"
