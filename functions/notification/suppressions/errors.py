"""Why a suppression is not found, and news of mail are not taken."""

from shared_schemas.errors import NotFoundError, Text


class SuppressionNotFoundError(NotFoundError):
    code = "suppression_not_found"
    text = Text("Mail is held back from no such address", "Такого адреса среди тех, куда письма не идут, нет")


class MailUnknownError(Exception):
    """News of a mail that was sent just now: its attempt may not be recorded yet, so they are to come again."""
