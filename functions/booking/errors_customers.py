"""Why a customer may not book, with stable codes and texts in both languages."""

from shared_schemas.errors import ForbiddenError, RejectedError, Text


class CustomerBlockedError(ForbiddenError):
    """The reason is for the staff alone."""

    code = "customer_blocked"
    text = Text(
        "Online booking is not available to you; please ask the studio",
        "Онлайн-бронирование для вас недоступно; обратитесь в студию",
    )


class RulesNotAcceptedError(RejectedError):
    """The studio's rules are a public offer: who books accepts their version in force."""

    code = "rules_not_accepted"
    text = Text(
        "Accept version {version} of the studio's rules by sending it as rules_version",
        "Примите правила студии, версия {version}: передайте её в поле rules_version",
    )
