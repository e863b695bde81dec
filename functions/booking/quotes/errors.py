"""Why a quote is refused, with stable codes and texts in both languages."""

from shared_schemas.errors import GoneError, LimitedError, NotFoundError, RejectedError, Text


class QuoteNotFoundError(NotFoundError):
    code = "quote_not_found"
    text = Text("There is no quote {quote_id}", "Расчёт {quote_id} не найден")


class QuoteExpiredError(GoneError):
    code = "quote_expired"
    text = Text("The quote was valid until {valid_until}", "Расчёт был действителен до {valid_until}")


class QuoteMismatchError(RejectedError):
    code = "quote_mismatch"
    text = Text(
        "The quote is for another hall, time or number of people",
        "Расчёт сделан для другого зала, времени или числа людей",
    )


class TooManyQuotesError(LimitedError):
    """A limit of the studio's policy, by address."""

    code = "too_many_quotes"
    text = Text(
        "At most {max} quotes can be valid at once: use one of them, or wait until one expires",
        "Одновременно может действовать не больше {max} расчётов: воспользуйтесь одним из них или дождитесь окончания",
    )
