"""Why a balance cannot be changed so."""

from shared_schemas.errors import ConflictError, NotFoundError, Text


class BalanceTooLowError(ConflictError):
    """`available` is what there is, in kopecks."""

    code = "balance_too_low"
    text = Text("There is not enough money on the balance", "На балансе не хватает денег")


class NoSuchCustomerError(NotFoundError):
    code = "no_such_customer"
    text = Text("There is no customer {customer_id}", "Клиент {customer_id} не найден")
