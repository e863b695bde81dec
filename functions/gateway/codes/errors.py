"""Why a code is not sent or not accepted, with stable codes and texts in both languages."""

from shared_schemas.errors import LimitedError, NotFoundError, RejectedError, Text, UnauthenticatedError


class TooManyCodesError(LimitedError):
    """The same whether or not anybody has the address."""

    code = "too_many_codes"
    text = Text(
        "A message was sent a moment ago; ask for the next one later",
        "Сообщение уже отправлено; следующее можно запросить позже",
    )


class InvalidCodeError(UnauthenticatedError):
    """Wrong, used, replaced, expired, tried too often, or never sent: told alike."""

    code = "invalid_code"
    text = Text(
        "The code is wrong or no longer valid; ask for a new one",
        "Код неверный или больше не действует; запросите новый",
    )


class ConsentRequiredError(RejectedError):
    """The code is right and stays valid; nobody has this address, and an account needs consent."""

    code = "consent_required"
    text = Text(
        "There is no account yet; to make one, agree to the processing of personal data",
        "Учётной записи ещё нет; чтобы создать её, нужно согласие на обработку персональных данных",
    )


class PasswordRequiredError(UnauthenticatedError):
    """The code is right, but does not open an account of the studio's staff."""

    code = "password_required"
    text = Text("Sign in to this account with its password", "В эту учётную запись входят по паролю")


class PasswordNeededError(RejectedError):
    """A stolen access token must not suffice to let somebody in for good."""

    code = "password_needed"
    text = Text(
        "To sign in with this address from now on, give your password",
        "Чтобы входить с этим адресом, укажите свой пароль",
    )


class SignInAgainError(RejectedError):
    """The same of an account without a password: its owner can get a code where they are reached, a thief cannot."""

    code = "sign_in_again"
    text = Text(
        "Sign in once more, then confirm this address within ten minutes",
        "Войдите ещё раз и подтвердите этот адрес в течение десяти минут",
    )


class ResetNotFoundError(NotFoundError):
    """Wrong, used, replaced or expired, or the password was changed since: told alike."""

    code = "reset_not_found"
    text = Text("This link is no longer valid; ask for a new one", "Эта ссылка больше не действует; запросите новую")


class CodeNotFoundError(NotFoundError):
    """Nothing waits to be sent under this id."""

    code = "code_not_found"
    text = Text("There is no code {code_id}", "Код {code_id} не найден")
