"""Why a group of bookings is refused, with stable codes and texts in both languages."""

from shared_schemas.errors import ConflictError, Locale, NotFoundError, RuleViolationError, Text


class BookingGroupNotFoundError(NotFoundError):
    """Also the answer for somebody else's group."""

    code = "booking_group_not_found"
    text = Text("There is no group {group_id}", "Группа {group_id} не найдена")


class GroupOverError(ConflictError):
    code = "group_over"
    text = Text("No visit of the group is still to come", "Предстоящих визитов в группе больше нет")


class VisitsTakenError(ConflictError):
    """Nothing but others is in the way; `visits` says where."""

    code = "visits_taken"
    text = Text("Visits taken by others: {count}", "Занято визитов: {count}")


class VisitsRefusedError(RuleViolationError):
    """Some visits break a rule; `visits` lists all that cannot be had, with the codes of every reason."""

    code = "visits_refused"
    text = Text("Visits not available: {count}", "Недоступно визитов: {count}")

    def message(self, locale: Locale = "en") -> str:
        return self.text.render(locale, self.params)
