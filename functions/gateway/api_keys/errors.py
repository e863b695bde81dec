"""Why an API key is refused, with stable codes and texts in both languages."""

from shared_schemas.errors import ConflictError, NotFoundError, Text


class ApiKeyNotFoundError(NotFoundError):
    code = "api_key_not_found"
    text = Text("There is no API key {api_key_id}", "API-ключ {api_key_id} не найден")


class TooManyApiKeysError(ConflictError):
    """Of those that are in use."""

    code = "too_many_api_keys"
    text = Text(
        "There are {max} API keys in use; revoke one that is not needed any more",
        "Уже действует {max} API-ключей; отзовите ненужный",
    )
