"""Refusals about companies."""

from shared_schemas.errors import ConflictError, NotFoundError, Text


class CompanyNotFoundError(NotFoundError):
    code = "company_not_found"
    text = Text("There is no company {company_id}", "Компания {company_id} не найдена")


class CompanyKnownError(ConflictError):
    """`company_id` is the one that is known."""

    code = "company_known"
    text = Text("A company with this INN and KPP is known already", "Компания с таким ИНН и КПП уже есть")


class CompanyChangedError(ConflictError):
    code = "company_changed"
    text = Text(
        "The company was changed meanwhile: version {version} is the newest",
        "Данные компании тем временем изменили: последняя версия — {version}",
    )


class CompanyInvoicedError(ConflictError):
    code = "company_invoiced"
    text = Text(
        "The company has invoices, which stay in the books; it cannot be removed",
        "Компании выставлены счета, они остаются в учёте; удалить её нельзя",
    )
