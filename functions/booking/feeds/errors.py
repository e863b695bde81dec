"""Why a calendar feed is refused, with stable codes and texts in both languages."""

from shared_schemas.errors import NotFoundError, Text


class CalendarFeedNotFoundError(NotFoundError):
    """Also the answer for a revoked address and for somebody else's, so that guessing teaches nothing."""

    code = "calendar_feed_not_found"
    text = Text("There is no such calendar", "Такого календаря нет")
