"""Why a certificate or a pass is not taken."""

from shared_schemas.errors import ConflictError, NotFoundError, RejectedError, RuleViolationError, Text, Violation

NOBODY = Text("There is no customer {customer_id}", "Клиент {customer_id} не найден")


class BuyerNotFoundError(RuleViolationError):
    """The customer whom a sale names does not exist or was erased."""

    code = "customer_not_found"

    def __init__(self, customer_id: str) -> None:
        told: dict[str, object] = {"customer_id": customer_id}
        super().__init__([Violation("customer_id", self.code, NOBODY, told)], **told)


class CertificateNotFoundError(NotFoundError):
    """The answer for any code that is none: it does not tell how near the guess was."""

    code = "certificate_not_found"
    text = Text("There is no such certificate; check its code", "Такого сертификата нет; проверьте код")


class CertificateBlockedError(ConflictError):
    code = "certificate_blocked"
    text = Text("This certificate is blocked; ask the studio", "Сертификат заблокирован; обратитесь в студию")


class CertificateExpiredError(ConflictError):
    """`until` is the last day on which a visit may begin."""

    code = "certificate_expired"
    text = Text("This certificate was good for visits until {until}", "Сертификат действовал для визитов до {until}")


class CertificateNotYetValidError(ConflictError):
    code = "certificate_not_yet_valid"
    text = Text("This certificate is good for visits from {since}", "Сертификат действует для визитов с {since}")


class CertificateNotForThisError(RejectedError):
    """It is for other halls or tariffs."""

    code = "certificate_not_for_this"
    text = Text(
        "This certificate is not good for this hall or time", "Сертификат не подходит для этого зала или времени"
    )


class CertificateUsedUpError(ConflictError):
    code = "certificate_used_up"
    text = Text("Nothing is left of this certificate", "Сертификат уже использован полностью")


class CertificatePeriodError(RejectedError):
    code = "certificate_period"
    text = Text("The last day is before the first one", "Последний день раньше первого")
