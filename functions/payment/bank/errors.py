"""Refusals about bank statements."""

from shared_schemas.errors import ConflictError, NotFoundError, RejectedError, Text


class NotABankFileError(RejectedError):
    code = "not_a_bank_file"
    text = Text(
        "This is no file of 1C's exchange with banks: it does not begin with 1CClientBankExchange",
        "Это не файл обмена 1С с банком: он не начинается с 1CClientBankExchange",
    )


class BankFileEncodingError(RejectedError):
    """It is not UTF-8, and not in the encoding that it names."""

    code = "bank_file_encoding"
    text = Text(
        "The file is not in the encoding that it says; save it again as Windows-1251 or UTF-8",
        "Файл не в той кодировке, которую он указывает; сохраните его заново в Windows-1251 или UTF-8",
    )


class BankFileBrokenError(RejectedError):
    """`line` is where, counted from 1."""

    code = "bank_file_broken"
    text = Text(
        "The file cannot be read from line {line} on; download it from the bank again",
        "Файл не читается начиная со строки {line}; скачайте его в банке ещё раз",
    )


class BankFileTooLongError(RejectedError):
    code = "bank_file_too_long"
    text = Text(
        "The file has more than {max} payments; take fewer days", "В файле больше {max} платежей; возьмите меньше дней"
    )


class ForeignAccountError(RejectedError):
    """`account` is the studio's."""

    code = "foreign_account"
    text = Text(
        "The file is of another account; the studio's is {account}", "Файл по другому счёту; счёт студии — {account}"
    )


class BankLineNotFoundError(NotFoundError):
    code = "bank_line_not_found"
    text = Text("There is no payment {bank_line_id}", "Поступление {bank_line_id} не найдено")


class BankLineClosedError(ConflictError):
    """`state` is `matched` or `set_aside`."""

    code = "bank_line_closed"
    text = Text("This payment is dealt with already", "Это поступление уже разобрано")


class MoreThanCameError(RejectedError):
    """`left` is what is left of the payment, in kopecks."""

    code = "more_than_came"
    text = Text(
        "That is more than is left of this payment: {left:money}",
        "Это больше, чем осталось от поступления: {left:money}",
    )
