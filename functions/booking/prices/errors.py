"""Why prices, add-ons and promo codes refuse."""

from shared_schemas.errors import ConflictError, NotFoundError, RejectedError, Text


class TariffVersionNotFoundError(NotFoundError):
    code = "tariff_version_not_found"
    text = Text("There is no tariff version {number}", "Версия тарифов {number} не найдена")


class TariffNotFoundError(NotFoundError):
    code = "tariff_not_found"
    text = Text("There is no tariff {tariff_id}", "Тариф {tariff_id} не найден")


class NotADraftError(ConflictError):
    """What was ever in force is history."""

    code = "not_a_draft"
    text = Text("Tariff version {number} is not a draft any more", "Версия тарифов {number} уже не черновик")


class NoTariffError(RejectedError):
    """No matching rule means "not for sale", not "free"."""

    code = "no_tariff"
    text = Text("No tariff covers {start}", "Нет тарифа на {start}")
