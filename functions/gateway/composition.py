"""The composition of the gateway: the only place that knows the concrete classes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property, partial
from urllib.parse import urlsplit

from core.composition import BaseApp, Composed
from core.postgres.disclosure import Disclosing
from core.postgres.retention import Kept
from core.secrets import resolve
from gateway.accounts.passwords import Argon2Passwords
from gateway.accounts.ports import Passwords
from gateway.accounts.service import Accounts
from gateway.api_keys.domain import Ages
from gateway.api_keys.service import ApiKeys
from gateway.codes.confirmations import Confirmations
from gateway.codes.letters import Letters
from gateway.codes.registration import Registration
from gateway.codes.resets import Resets
from gateway.codes.service import Codes
from gateway.codes.sign_in import CodeSignIn
from gateway.consents.documents import Documents
from gateway.consents.service import Consents
from gateway.contacts.service import Contacts
from gateway.guests.domain import GuestLifetimes
from gateway.guests.merging import Merging
from gateway.guests.service import Guests
from gateway.health import SystemHealth
from gateway.keys.data_keys import DataKeys
from gateway.keys.service import KeyDirectory
from gateway.keys.token_keys import TokenKeys
from gateway.recipients.service import Recipients
from gateway.retention import kept
from gateway.second_factor.check import SecondFactorCheck
from gateway.second_factor.resealing import Resealing
from gateway.second_factor.sealing import Sealing
from gateway.second_factor.service import SecondFactors
from gateway.sessions.domain import Lifetimes
from gateway.sessions.guard import Guard
from gateway.sessions.service import Sessions
from gateway.settings import GatewaySettings
from gateway.staff.invitations import Invitations
from gateway.staff.service import Staff
from gateway.tables import delivery
from gateway.unit_of_work import GatewayUnitOfWork
from shared_schemas.common import Health


@dataclass(frozen=True)
class App(BaseApp[GatewaySettings]):
    """The use cases; each is made when it is first asked for, and kept."""

    tables = delivery
    make_passwords: Callable[[], Passwords] = Argon2Passwords

    def health(self) -> Health:
        """`DegradedError` if a service, the broker or the accounts' own database does not work."""
        return self.system_health.check(super().health().checks)

    def _kept(self) -> list[Kept]:
        return kept(self.world.settings)

    @cached_property
    def passwords(self) -> Passwords:
        return self.make_passwords()

    @cached_property
    def accounts(self) -> Accounts:
        return Accounts(self.unit_of_work, self.world.clock, self.passwords)

    @cached_property
    def contacts(self) -> Contacts:
        return Contacts(self.unit_of_work)

    @cached_property
    def recipients(self) -> Recipients:
        return Recipients(self.accounts.contact, self.guests.url)

    @cached_property
    def consents(self) -> Consents:
        return Consents(self.unit_of_work, self.world.clock)

    @cached_property
    def consent_documents(self) -> Documents:
        return Documents(self.unit_of_work, self.world.clock)

    @cached_property
    def sessions(self) -> Sessions:
        settings = self.world.settings
        lifetimes = Lifetimes(
            access=timedelta(minutes=settings.access_minutes),
            idle=timedelta(days=settings.refresh_days),
            longest=timedelta(days=settings.session_days),
        )
        return Sessions(
            self.unit_of_work,
            self.world.clock,
            self.passwords,
            self.token_keys,
            self.guard,
            lifetimes,
            self.second_step,
        )

    @cached_property
    def photos_origin(self) -> str:
        """Where the pages' pictures lie, besides this API; empty where there are none."""
        found = urlsplit(self.world.settings.photos_url)
        return f"{found.scheme}://{found.netloc}" if found.netloc else ""

    @cached_property
    def merging(self) -> Merging:
        return Merging(self.unit_of_work)

    @cached_property
    def guests(self) -> Guests:
        settings = self.world.settings
        days = (settings.guest_days, settings.guest_link_days, settings.refresh_days)
        lifetimes = GuestLifetimes(*(timedelta(days=each) for each in days))
        return Guests(
            self.unit_of_work,
            self.world.clock,
            self.token_keys,
            lifetimes,
            self.data_keys,
            self._manage_page,
            self._short_links,
        )

    @cached_property
    def guard(self) -> Guard:
        return Guard(self.unit_of_work, self.world.clock, self.data_keys)

    @cached_property
    def token_keys(self) -> TokenKeys:
        return TokenKeys(self.world.settings.token_keys)

    @cached_property
    def data_keys(self) -> DataKeys:
        return DataKeys(self.world.settings.data_key, self.world.clock)

    @cached_property
    def resealing(self) -> Resealing:
        return Resealing(self.unit_of_work, self.sealing)

    @cached_property
    def sealing(self) -> Sealing:
        return Sealing(self.data_keys)

    @cached_property
    def second_step(self) -> SecondFactorCheck:
        return SecondFactorCheck(self.data_keys, self.sealing)

    @cached_property
    def second_factors(self) -> SecondFactors:
        return SecondFactors(
            self.unit_of_work, self.world.clock, self.sealing, self.second_step, self.guard, self.passwords
        )

    @cached_property
    def key_directory(self) -> KeyDirectory:
        return KeyDirectory(self.token_keys, self.world.clock)

    @cached_property
    def codes(self) -> Codes:
        return Codes(self.unit_of_work, self.world.clock, self.letters, self.data_keys)

    @cached_property
    def letters(self) -> Letters:
        return Letters(self.world.clock, self.data_keys)

    @cached_property
    def registration(self) -> Registration:
        return Registration(self.unit_of_work, self.accounts, self.letters)

    @cached_property
    def confirmations(self) -> Confirmations:
        clock = self.world.clock
        return Confirmations(self.unit_of_work, clock, self.passwords, self.guard, self.codes, self.letters)

    @cached_property
    def resets(self) -> Resets:
        return Resets(self.unit_of_work, self.world.clock, self.passwords, self.data_keys)

    @cached_property
    def code_sign_in(self) -> CodeSignIn:
        return CodeSignIn(self.unit_of_work, self.world.clock, self.codes, self.sessions)

    @cached_property
    def staff(self) -> Staff:
        return Staff(self.unit_of_work, self.world.clock, self.accounts)

    @cached_property
    def invitations(self) -> Invitations:
        settings = self.world.settings
        return Invitations(
            self.unit_of_work, self.world.clock, self.passwords, self.data_keys, lambda: resolve(settings.api_url)
        )

    @cached_property
    def api_keys(self) -> ApiKeys:
        settings = self.world.settings
        ages = Ages(timedelta(days=settings.api_key_days), timedelta(days=settings.api_key_longest_days))
        return ApiKeys(self.unit_of_work, self.world.clock, ages)

    @cached_property
    def system_health(self) -> SystemHealth:
        return SystemHealth(self.world.settings.api_url, self.world.settings.event_bus)

    def _manage_page(self) -> str:
        settings = self.world.settings
        return settings.manage_url or f"{resolve(settings.api_url).rstrip('/')}/manage"

    def _short_links(self) -> str:
        return f"{resolve(self.world.settings.api_url).rstrip('/')}/s"

    @cached_property
    def disclosing(self) -> Disclosing:
        return Disclosing(self.unit_of_work)

    @cached_property
    def unit_of_work(self) -> partial[GatewayUnitOfWork]:
        return self.world.unit_of_work(GatewayUnitOfWork, delivery)


app = Composed("gateway", GatewaySettings, App)
