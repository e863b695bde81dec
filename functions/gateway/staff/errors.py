"""Why an invitation is refused, with stable codes and texts in both languages."""

from shared_schemas.errors import ConflictError, NotFoundError, Text


class AlreadyStaffError(ConflictError):
    code = "already_staff"
    text = Text("Somebody with this e-mail works here already", "Сотрудник с этим адресом уже есть")


class InvitationNotFoundError(NotFoundError):
    """Unknown, used, replaced, revoked or over: told alike."""

    code = "invitation_not_found"
    text = Text(
        "This invitation is not valid any more; ask for a new one",
        "Это приглашение больше не действует; попросите новое",
    )
