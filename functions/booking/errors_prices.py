"""Why prices, add-ons and promo codes refuse."""

from shared_schemas.errors import ConflictError, NotFoundError, Text


class TariffVersionNotFoundError(NotFoundError):
    code = "tariff_version_not_found"
    text = Text("There is no tariff version {number}", "Версия тарифов {number} не найдена")


class TariffNotFoundError(NotFoundError):
    code = "tariff_not_found"
    text = Text("There is no tariff {tariff_id}", "Тариф {tariff_id} не найден")


class NotADraftError(ConflictError):
    """What was ever in force is history."""

    code = "not_a_draft"
    text = Text("Tariff version {number} is {status}, not a draft", "Версия тарифов {number} — {status}, не черновик")


class AddOnNotFoundError(NotFoundError):
    code = "add_on_not_found"
    text = Text("There is no add-on {add_on_id}", "Услуга {add_on_id} не найдена")


class AddOnNameTakenError(ConflictError):
    code = "add_on_name_taken"
    text = Text("Another add-on is named {name}", "Услуга с названием {name} уже есть")


class AddOnOutOfStockError(ConflictError):
    code = "add_on_out_of_stock"
    text = Text("Of {name} only {available} are left at that time", "«{name}»: на это время осталось {available}")


class PromoCodeNotFoundError(NotFoundError):
    code = "promo_code_not_found"
    text = Text("There is no promo code {promo_code}", "Промокод {promo_code} не найден")


class PromoCodeTakenError(ConflictError):
    code = "promo_code_taken"
    text = Text("The promo code {promo_code} exists", "Промокод {promo_code} уже есть")


class PromoCodeUsedUpError(ConflictError):
    code = "promo_code_used_up"
    text = Text("The promo code {promo_code} is used up", "Промокод {promo_code} использован максимальное число раз")


class PromoCodeClientLimitError(ConflictError):
    code = "promo_code_client_limit"
    text = Text(
        "You have used the promo code {promo_code} as often as allowed: {max}",
        "Вы использовали промокод {promo_code} столько раз, сколько можно: {max}",
    )
