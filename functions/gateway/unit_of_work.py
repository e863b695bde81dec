"""A transaction around everything that the gateway stores."""

from core.postgres.disclosure import Disclosures
from core.unit_of_work import UnitOfWork
from gateway.accounts.repository import UserRepository
from gateway.api_keys.repository import ApiKeyRepository
from gateway.codes.repository import CodeRepository
from gateway.consents.repository import ConsentDocumentRepository, ConsentRepository
from gateway.contacts.repository import ContactRepository
from gateway.guests.repository import GuestRepository
from gateway.guests.short_links_repository import ShortLinkRepository
from gateway.privacy.disclosures_repository import GatewayDisclosures
from gateway.second_factor.repository import SecondFactorRepository
from gateway.sessions.repository import SessionRepository
from gateway.sessions.tries_repository import TriesRepository
from gateway.staff.repository import InvitationRepository


class GatewayUnitOfWork(UnitOfWork):
    """A transaction on the gateway's schema."""

    disclosures: Disclosures
    users: UserRepository
    contacts: ContactRepository
    guests: GuestRepository
    short_links: ShortLinkRepository
    consents: ConsentRepository
    consent_documents: ConsentDocumentRepository
    sessions: SessionRepository
    tries: TriesRepository
    api_keys: ApiKeyRepository
    invitations: InvitationRepository
    codes: CodeRepository
    second_factors: SecondFactorRepository

    def _open(self) -> None:
        self.disclosures = GatewayDisclosures(self.connection)
        self.users = UserRepository(self.connection)
        self.contacts = ContactRepository(self.connection)
        self.guests = GuestRepository(self.connection)
        self.short_links = ShortLinkRepository(self.connection)
        self.consents = ConsentRepository(self.connection)
        self.consent_documents = ConsentDocumentRepository(self.connection)
        self.sessions = SessionRepository(self.connection)
        self.tries = TriesRepository(self.connection)
        self.api_keys = ApiKeyRepository(self.connection)
        self.invitations = InvitationRepository(self.connection)
        self.codes = CodeRepository(self.connection)
        self.second_factors = SecondFactorRepository(self.connection)
