"""Why a second factor is asked for, or does not do, with stable codes and texts in both languages."""

from shared_schemas.errors import ConflictError, NotFoundError, Text, UnauthenticatedError


class SecondFactorRequiredError(UnauthenticatedError):
    """Told only to who knows the password, or the code that was sent."""

    code = "second_factor_required"
    text = Text(
        "Enter the code of your authenticator app, or a recovery code",
        "Введите код из приложения-аутентификатора или код восстановления",
    )


class InvalidSecondFactorError(UnauthenticatedError):
    """Wrong, or used before."""

    code = "invalid_second_factor"
    text = Text(
        "This code is wrong or has been used; wait for the next one",
        "Этот код неверный или уже использован; дождитесь следующего",
    )


class SecondFactorNotFoundError(NotFoundError):
    """None was begun, or none is on."""

    code = "second_factor_not_found"
    text = Text("There is no second factor on this account", "У этой учётной записи нет второго фактора")


class SecondFactorOnError(ConflictError):
    """One that is on must be turned off first, by who can prove it."""

    code = "second_factor_on"
    text = Text(
        "The second factor is on; turn it off before you set up another one",
        "Второй фактор уже включён; отключите его, прежде чем настраивать новый",
    )
