"""What personal data is kept for, in words for the person whom it is about."""

from typing import Literal

from shared_schemas.errors import Text

Purpose = Literal["account", "security", "consent", "visits", "service", "books", "messages", "repeats", "trail"]

PURPOSES: dict[Purpose, Text] = {
    "account": Text(
        "To let you sign in, and to reach you about your bookings",
        "Чтобы вы могли войти и чтобы мы могли связаться с вами по поводу бронирований",
    ),
    "security": Text("To protect your account from strangers", "Чтобы защитить вашу учётную запись от чужих"),
    "consent": Text(
        "To be able to prove what you have agreed to, as the law asks",
        "Чтобы подтвердить ваши согласия, как того требует закон",
    ),
    "visits": Text("To prepare the visit that you have booked", "Чтобы подготовить забронированный вами визит"),
    "service": Text("So that our staff know how to serve you", "Чтобы сотрудники знали, как вас обслужить"),
    "books": Text(
        "Payments, receipts and accounting, which the law asks for",
        "Оплата, чеки и учёт, которых требует закон",
    ),
    "messages": Text("Our record of what we have sent you", "Наша запись о том, что мы вам отправили"),
    "repeats": Text(
        "To answer a repeated request like the first, if the connection broke",
        "Чтобы ответить на повторный запрос так же, если связь прервалась",
    ),
    "trail": Text("To tell later who of the staff did what", "Чтобы знать, кто из сотрудников что делал"),
}
