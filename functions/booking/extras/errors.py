"""Why add-ons and promo codes are refused, with stable codes and texts in both languages."""

from shared_schemas.errors import ConflictError, NotFoundError, Text


class AddOnNotFoundError(NotFoundError):
    code = "add_on_not_found"
    text = Text("There is no add-on {add_on_id}", "Услуга {add_on_id} не найдена")


class AddOnNameTakenError(ConflictError):
    code = "add_on_name_taken"
    text = Text("There is already an add-on named {name}", "Услуга с названием {name} уже есть")


class AddOnOutOfStockError(ConflictError):
    code = "add_on_out_of_stock"
    text = Text("Only {available} × {name} left at that time", "«{name}»: на это время осталось {available}")


class PromoCodeNotFoundError(NotFoundError):
    code = "promo_code_not_found"
    text = Text("There is no promo code {promo_code}", "Промокод {promo_code} не найден")


class PromoCodeTakenError(ConflictError):
    code = "promo_code_taken"
    text = Text("There is already a promo code {promo_code}", "Промокод {promo_code} уже есть")


class PromoCodeUsedUpError(ConflictError):
    code = "promo_code_used_up"
    text = Text("The promo code {promo_code} is used up", "Промокод {promo_code} использован максимальное число раз")


class PromoCodeClientLimitError(ConflictError):
    code = "promo_code_client_limit"
    text = Text(
        "You have used the promo code {promo_code} as often as allowed: {max}",
        "Вы использовали промокод {promo_code} столько раз, сколько можно: {max}",
    )
