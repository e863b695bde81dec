"""The calendar file of a mail: an invitation that a mail program puts into the calendar, changes there and takes out
again (iTIP, RFC 5546, by mail as RFC 6047 says)."""

from typing import Any, Literal
from uuid import UUID

from core.clock import Clock
from notification.bookings.domain import Facts
from notification.writing.studio import Signature
from shared_schemas.notification import TemplateName
from shared_schemas.visits.calendar_uids import booking_uid

Method = Literal["REQUEST", "CANCEL"]
METHODS: dict[TemplateName, Method] = {
    "booking_confirmed": "REQUEST",
    "booking_rescheduled": "REQUEST",
    "booking_extended": "REQUEST",
    "booking_amended": "REQUEST",
    "booking_reinstated": "REQUEST",
    "booking_cancelled": "CANCEL",
}
STATUSES: dict[Method, str] = {"REQUEST": "CONFIRMED", "CANCEL": "CANCELLED"}


class Invitations:
    """Writes them in the name of the sender of mail, `organizer`."""

    def __init__(self, organizer: str, clock: Clock) -> None:
        self._organizer = organizer
        self._clock = clock

    def file(self, template: TemplateName, booking_id: UUID, facts: Facts, signature: Signature, attendee: str) -> str:
        """The file of a message; empty for one that changes nothing in a calendar.

        A held booking is not in the calendar until it is confirmed. The UID is that of the booking's own feed and file,
        and the sequence its version: what is older never replaces what is newer, whichever comes first."""
        method = METHODS.get(template)
        if method is None or facts.booking_version is None or (method == "REQUEST" and facts.hold_expires_at):
            return ""
        # Of all messages, those about accounts are sent without it.
        from icalendar import Calendar

        calendar = Calendar()
        for name, value in {"PRODID": "-//Cyclorama//Notification//EN", "VERSION": "2.0", "METHOD": method}.items():
            calendar.add(name, value)
        calendar.add_component(self._event(method, booking_id, facts, signature, attendee))
        return str(calendar.to_ical().decode())

    def _event(self, method: Method, booking_id: UUID, facts: Facts, signature: Signature, attendee: str) -> Any:
        from icalendar import Event, vCalAddress

        who = vCalAddress(f"mailto:{attendee}")
        # Whoever booked need not answer.
        who.params |= {"PARTSTAT": "ACCEPTED", "RSVP": "FALSE", "ROLE": "REQ-PARTICIPANT"}
        organizer = vCalAddress(f"mailto:{self._organizer}")
        if signature.name:
            organizer.params["CN"] = signature.name
        event = Event()
        event.add("UID", booking_uid(booking_id))
        event.add("SEQUENCE", facts.booking_version)
        event.add("DTSTAMP", self._clock.now())
        event.add("DTSTART", facts.start)
        event.add("DTEND", facts.end)
        event.add("SUMMARY", facts.hall_name)
        event.add("STATUS", STATUSES[method])
        event.add("ORGANIZER", organizer, encode=False)
        event.add("ATTENDEE", who, encode=False)
        if signature.address:
            event.add("LOCATION", signature.address)
        if signature.directions:
            event.add("DESCRIPTION", signature.directions)
        return event
