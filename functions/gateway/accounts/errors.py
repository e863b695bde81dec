"""Why an account is refused, with stable codes and texts in both languages."""

from shared_schemas.errors import ConflictError, NotFoundError, Text


class EmailTakenError(ConflictError):
    code = "email_taken"
    text = Text("There is an account with this e-mail", "Учётная запись с этим адресом уже есть")


class PhoneTakenError(ConflictError):
    """Told only to who has proved to be reached there."""

    code = "phone_taken"
    text = Text(
        "Another account is signed in to with this phone number", "С этим телефоном входят в другую учётную запись"
    )


class AdminExistsError(ConflictError):
    code = "admin_exists"
    text = Text("There is an administrator already", "Администратор уже есть")


class AccountNotFoundError(NotFoundError):
    code = "account_not_found"
    text = Text("There is no account {account_id}", "Учётная запись {account_id} не найдена")


class OnlyWayInError(ConflictError):
    """Who signs in by codes to this phone alone would be locked out by a slip of the finger."""

    code = "only_way_in"
    text = Text(
        "You sign in with this phone number; confirm the new one first",
        "Вы входите с этим телефоном; сначала подтвердите новый",
    )


class LastAdminError(ConflictError):
    code = "last_admin"
    text = Text(
        "This is the only administrator; make somebody else one first",
        "Это единственный администратор; сначала назначьте другого",
    )
