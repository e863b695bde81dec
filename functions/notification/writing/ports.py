"""What writing asks of other services, at the last moment; the clients beside this file provide it."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from notification.bookings.domain import Facts
from notification.writing.edited import EditedText, EditedTextError
from notification.writing.reader import Reader
from notification.writing.studio import Signature
from shared_schemas.channels import Channel
from shared_schemas.codes import PendingCode
from shared_schemas.common import LocaleCode
from shared_schemas.gateway.recipients import Recipient, RecipientRequest, WrittenBooking
from shared_schemas.notification import TemplateName
from shared_schemas.payment.certificates import CertificateLetter
from shared_schemas.payment.invoices import InvoiceLetter
from shared_schemas.payment.payments import PayLink
from shared_schemas.staff import PendingInvitation


class Surroundings(Protocol):
    """Who the studio is, for whoever gets a message."""

    def signature(self, hall_id: UUID | None, locale: LocaleCode) -> Signature:
        """Of a message about a visit to this hall, or about none."""

    def in_language(self, facts: Facts, locale: LocaleCode) -> Facts:
        """The visit as this language calls its halls."""


class Preferences(Protocol):
    """Which messages people want."""

    def link(self, person_id: UUID, template: TemplateName, channel: Channel, known: Reader | None = None) -> str:
        """Where such a message is left; empty where it is needed. `NeedlessDeliveryError` if it was left."""


class EditedTexts(Protocol):
    """The words of staff."""

    def current(self, name: TemplateName, locale: LocaleCode) -> EditedText | None:
        """Those that go out; None where the product's own do."""

    def failed(self, name: TemplateName, locale: LocaleCode, text: EditedText, error: EditedTextError) -> None:
        """They could not be rendered, so the product's own went out."""


class Contacts(Protocol):
    """The contact details of people, and the links that open their bookings."""

    def expect(self, asked: Sequence[RecipientRequest]) -> None:
        """These are asked for in a moment, so they may be found at once."""

    def recipient(self, user_id: UUID, channel: Channel, about: WrittenBooking | None) -> Recipient:
        """`PermanentDeliveryError` if the person was erased, `TransientDeliveryError` if the gateway does not
        answer."""


class Codes(Protocol):
    """The one-time codes and links that are to be sent."""

    def pending(self, code_id: UUID) -> PendingCode:
        """`NeedlessDeliveryError` if it is not to be sent any more, `TransientDeliveryError` if the gateway does not
        answer."""

    def invitation(self, invitation_id: UUID) -> PendingInvitation:
        """The same for a link."""


class CancelledBookings(Protocol):
    """What the booking service knows of bookings that were cancelled."""

    def reason(self, booking_id: UUID) -> str | None:
        """What was said then, if anything; `TransientDeliveryError` if Booking does not answer."""


class Payments(Protocol):
    """Where payments are paid, and what papers say."""

    def certificate(self, certificate_id: UUID) -> CertificateLetter:
        """`NeedlessDeliveryError` if there is none, `TransientDeliveryError` if Payment does not answer."""

    def invoice(self, invoice_id: UUID) -> InvoiceLetter:
        """The same."""

    def link(self, payment_id: UUID) -> PayLink:
        """`NeedlessDeliveryError` once nothing should be paid any more, `TransientDeliveryError` if Payment does not
        answer."""
