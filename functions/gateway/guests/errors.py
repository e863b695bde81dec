"""Why a guest is not let in, with stable codes and texts in both languages."""

from shared_schemas.errors import ConflictError, NotFoundError, Text, UnauthenticatedError


class GuestNotFoundError(NotFoundError):
    code = "guest_not_found"
    text = Text("There is no guest {guest_id}", "Гость {guest_id} не найден")


class NotAGuestError(ConflictError):
    """Two accounts stay two: both may sign in."""

    code = "not_a_guest"
    text = Text(
        "Only a customer who has no account, and whose bookings belong to no other yet, can be merged into one",
        "Объединить с учётной записью можно только клиента, у которого нет своей и чьи брони ещё никому не переданы",
    )


class GuestLinkError(UnauthenticatedError):
    """An altered link, one that is too old, or one of somebody who was forgotten or has joined an account."""

    code = "link_not_valid"
    text = Text(
        "This link does not work any more; sign in by a code, or ask the studio",
        "Эта ссылка больше не действует; войдите по коду или обратитесь в студию",
    )
