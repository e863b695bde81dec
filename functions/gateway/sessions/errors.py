"""Why somebody is not signed in, with stable codes and texts in both languages."""

from shared_schemas.errors import LimitedError, NotFoundError, Text, UnauthenticatedError


class InvalidCredentialsError(UnauthenticatedError):
    """The same whether the address is unknown or the password wrong."""

    code = "invalid_credentials"
    text = Text("E-mail or password is wrong", "Неверный адрес или пароль")


class TooManyTriesError(LimitedError):
    """Told before a password or a code is compared, whether or not it is right and the account exists."""

    code = "too_many_tries"
    text = Text("Too many tries; try again later", "Слишком много попыток; попробуйте позже")


class RefreshTokenError(UnauthenticatedError):
    """No refresh token, an altered one, or one that is too old."""

    text = Text("A valid refresh token is required: sign in again", "Нужен действующий токен обновления: войдите снова")


class AccountDisabledError(UnauthenticatedError):
    """Told only to those who know the password."""

    code = "account_disabled"
    text = Text(
        "This account has been disabled; ask the studio's administrator",
        "Учётная запись отключена; обратитесь к администратору студии",
    )


class SessionEndedError(UnauthenticatedError):
    """Signed out, expired, or ended because its refresh token was used twice."""

    code = "session_ended"
    text = Text("This session has ended; sign in again", "Сеанс завершён; войдите снова")


class SessionNotFoundError(NotFoundError):
    """Also the answer for somebody else's session."""

    code = "session_not_found"
    text = Text("There is no session {session_id}", "Сеанс {session_id} не найден")
