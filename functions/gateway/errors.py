"""Why accounts and tokens are refused, with stable codes and texts in both languages."""

from shared_schemas.errors import ConflictError, NotFoundError, Text, UnauthenticatedError


class EmailTakenError(ConflictError):
    code = "email_taken"
    text = Text("There is an account with this e-mail", "Учётная запись с этим адресом уже есть")


class AdminExistsError(ConflictError):
    code = "admin_exists"
    text = Text("There is an administrator already", "Администратор уже есть")


class AccountNotFoundError(NotFoundError):
    code = "account_not_found"
    text = Text("There is no account {account_id}", "Учётная запись {account_id} не найдена")


class InvalidCredentialsError(UnauthenticatedError):
    """The same whether the address is unknown or the password wrong."""

    code = "invalid_credentials"
    text = Text("E-mail or password is wrong", "Неверный адрес или пароль")
