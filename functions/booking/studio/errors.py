"""Why what the studio says of itself is refused, with stable codes and texts in both languages."""

from shared_schemas.errors import ConflictError, Text


class StudioChangedError(ConflictError):
    """Somebody else changed it while it was being edited."""

    code = "studio_changed"
    text = Text(
        "The studio was changed meanwhile: version {version} is in force",
        "Данные студии тем временем изменили: действует версия {version}",
    )


class AddressInUseError(ConflictError):
    code = "address_in_use"
    text = Text(
        "There are still halls at an address that would go: {halls}",
        "По адресу, который убирают, ещё есть залы: {halls}",
    )
