"""Why something cannot be done with photos, with stable codes and texts in both languages."""

from shared_schemas.errors import ConflictError, NotFoundError, Text


class PhotoNotFoundError(NotFoundError):
    code = "photo_not_found"
    text = Text("There is no photo {photo_id}", "Фотография {photo_id} не найдена")


class TooManyPhotosError(ConflictError):
    code = "too_many_photos"
    text = Text(
        "A hall has {most} photos at most: remove one first",
        "У зала может быть не больше {most} фотографий: сначала удалите одну",
    )


class PhotoOrderOutdatedError(ConflictError):
    """Somebody else added or removed one meanwhile, or it was named twice."""

    code = "photo_order_outdated"
    text = Text(
        "The hall has other photos by now: load them again and order all of them, each once",
        "У зала уже другой набор фотографий: обновите список и расставьте все, каждую один раз",
    )
