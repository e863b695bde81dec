"""What one client has enough of, with stable codes and texts in both languages."""

from shared_schemas.errors import ConflictError, LimitedError, Text


class TooManyHoldsError(LimitedError):
    """A limit of the studio's policy."""

    code = "too_many_unpaid_bookings"
    text = Text(
        "At most {max_bookings} unpaid bookings, and {max_hours} hours, can be held at once: pay for some, or call them"
        " off",
        "Одновременно можно держать не больше {max_bookings} неоплаченных бронирований и {max_hours} ч: оплатите или"
        " отмените часть",
    )


class TooManyQuotesError(LimitedError):
    """A limit of the studio's policy, by address."""

    code = "too_many_quotes"
    text = Text(
        "At most {max} quotes can stand at once: use one of them, or wait until it ends",
        "Одновременно может действовать не больше {max} расчётов: воспользуйтесь одним из них или дождитесь окончания",
    )


class CustomerBusyError(ConflictError):
    """Another request of the same client is being answered; whoever cannot wait for it comes again."""

    code = "customer_busy"
    text = Text("Another request of this client is under way", "Другой запрос этого клиента ещё выполняется")
