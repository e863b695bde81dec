"""Why a consent is refused, with stable codes and texts in both languages."""

from shared_schemas.errors import ConflictError, NotFoundError, Text


class ConsentVersionNotFoundError(NotFoundError):
    code = "consent_version_not_found"
    text = Text("There is no version {version} of this consent", "Редакции {version} у этого согласия нет")


class ConsentVersionTakenError(ConflictError):
    """People agreed to the text that has this version, so it stays as it is."""

    code = "consent_version_taken"
    text = Text(
        "Version {version} is another text already; give the new one another version",
        "Редакция {version} уже есть с другим текстом; назовите новую иначе",
    )


class ConsentNeededError(ConflictError):
    """The account is nothing but processing, so to end the one is to end the other: article 9, part 2 of 152-FZ."""

    code = "consent_needed"
    text = Text(
        "Your account rests on this consent: to withdraw it, delete your account. Visits that are booked stay booked; "
        "cancel those that you do not want first",
        "На этом согласии держится учётная запись: чтобы отозвать его, удалите её. Забронированные визиты останутся "
        "в силе; ненужные сначала отмените",
    )
