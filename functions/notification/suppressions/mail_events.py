"""What SES publishes of mail, out of its queue. Nobody but SES can put anything there, so nothing in it is signed."""

from notification.channels.email.ses.events import news
from notification.errors import CallbackMalformedError
from notification.refusals import Refusals
from notification.suppressions.service import Suppressions


class MailEvents:
    """One event at a time."""

    def __init__(self, suppressions: Suppressions, refusals: Refusals) -> None:
        self._suppressions = suppressions
        self._refusals = refusals

    def take(self, body: str) -> None:
        """What cannot be read is told to staff, and does not come again. `MailUnknownError` where it should."""
        try:
            told = news(body)
        except CallbackMalformedError:
            self._refusals.report("mail_event", CallbackMalformedError.code, "an event of SES that cannot be read")
            return
        if told:
            self._suppressions.take(told)
