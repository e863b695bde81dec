"""Why a customer may not book, with stable codes and texts in both languages."""

from shared_schemas.errors import (
    ConflictError,
    ForbiddenError,
    Locale,
    NotFoundError,
    RejectedError,
    RuleViolationError,
    Text,
    UnavailableError,
    Violation,
)

NOBODY = Text("There is no customer {customer_id}", "Клиент {customer_id} не найден")


class CustomerBlockedError(ForbiddenError):
    """The reason is for the staff alone."""

    code = "customer_blocked"
    text = Text(
        "Online booking is not available to you; please ask the studio",
        "Онлайн-бронирование для вас недоступно; обратитесь в студию",
    )


class GuestNotAdmittedError(ForbiddenError):
    """The one answer to a guest whose number holds too much unpaid, and to one whose number is blocked: it tells nobody
    whether there is an account with it."""

    code = "guest_not_admitted"
    text = Text(
        "This booking cannot be made online without signing in: sign in, or ask the studio",
        "Без входа в учётную запись это бронирование онлайн не оформить: войдите или обратитесь в студию",
    )


class PolicyChangedError(ConflictError):
    """Somebody else changed the policy while it was being edited."""

    code = "policy_changed"
    text = Text(
        "The policy was changed meanwhile: version {version} is in force",
        "Условия тем временем изменили: действует версия {version}",
    )


class RulesNotAcceptedError(RejectedError):
    """The studio's rules are a public offer: who books accepts their version in force."""

    code = "rules_not_accepted"
    text = Text(
        "Accept the studio's rules, version {version}, to go on",
        "Чтобы продолжить, примите правила студии, версия {version}",
    )


class CustomerNotFoundError(NotFoundError):
    """The account that a path names does not exist or was erased."""

    code = "no_such_customer"
    text = NOBODY


class UnknownCustomerError(RuleViolationError):
    """The same of a customer whom a request names."""

    code = "customer_not_found"
    text = NOBODY

    def __init__(self, customer_id: str) -> None:
        params: dict[str, object] = {"customer_id": customer_id}
        super().__init__([Violation("customer_id", "customer_not_found", NOBODY, params)], **params)

    def message(self, locale: Locale = "en") -> str:
        return self.text.render(locale, self.params)


class AccountsUnavailableError(UnavailableError):
    code = "accounts_unavailable"
    text = Text("The account service is not responding", "Сервис учётных записей не отвечает")
