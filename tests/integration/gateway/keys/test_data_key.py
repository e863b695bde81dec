"""The data key is rotated under those who have a second factor, a link or an invitation, on real PostgreSQL."""

import json
from base64 import b32decode
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from core.identity import Identity
from core.keys.ring import LEAD, ring_of
from gateway import bootstrap, composition
from gateway.guests.errors import GuestLinkError
from gateway.keys.data_keys import DataKeys, data_key_id
from gateway.second_factor import resealing
from gateway.second_factor.totp import code_of, step_at
from gateway.sessions.errors import InvalidCredentialsError, TooManyTriesError
from gateway.staff.errors import InvitationNotFoundError
from gateway.tables import second_factors
from infra.keys.data import DataRotation, NotYetError
from shared_schemas.accounts import TokenRequest
from shared_schemas.common import Role
from shared_schemas.gateway.recipients import WrittenBooking
from shared_schemas.guests import GuestAdmission, GuestGrantRequest
from shared_schemas.staff import StaffInvitationAnswer, StaffInvitationRequest
from tests.support.clock import FixedClock
from tests.support.database import RecordingPublisher
from tests.support.gateway import PASSWORD, staff
from tests.support.keys import SecretsInMemory

FIRST = "data-" + "k" * 40
EMAILS = ("olga@example.com", "petr@example.com", "vera@example.com")
WHOLE = len(EMAILS)


class KilledError(Exception):
    """The operator's machine went off."""


class Studio:
    """Three of the staff with second factors, sealed as before keys had ids."""

    def __init__(self, deployed: composition.App) -> None:
        self.store, self.clock, self.deployed = SecretsInMemory(Data=FIRST), FixedClock(), deployed
        self.now().guests.admit(VERA, None)
        self.secrets = {email: self.turned_on(email) for email in EMAILS}

    def now(self) -> composition.App:
        """A function that starts now, and reads the secret as it is."""
        settings = self.deployed.world.settings.model_copy(update={"data_key": self.store["Data"]})
        # Nobody listens to events here, and to wait for that is long.
        world = replace(self.deployed.world, settings=settings, clock=self.clock, publisher=RecordingPublisher())
        return replace(self.deployed, world=world)

    def turned_on(self, email: str) -> tuple[bytes, list[str]]:
        app, role = self.now(), Role.ADMIN if email == EMAILS[0] else Role.MANAGER
        phone = f"+7916000000{EMAILS.index(email)}"
        account = app.accounts.register(staff(email=email, phone=phone, role=role), role)
        me = Identity(str(account.id), role, uuid4())
        secret = b32decode(app.second_factors.start(me, PASSWORD).secret)
        codes = app.second_factors.confirm(me, code_of(secret, step_at(self.clock.now()))).recovery_codes
        with app.unit_of_work() as work:
            factor = work.second_factors.locked(account.id)
            assert factor
            work.second_factors.put(replace(factor, secret=factor.secret.partition(".")[2]))
            work.commit()
        return secret, codes

    def sign_in(self, email: str = EMAILS[0], code: str | None = None, password: str = PASSWORD) -> None:
        self.clock.advance(seconds=30)
        code = code or code_of(self.secrets[email][0], step_at(self.clock.now()))
        self.now().sessions.sign_in(TokenRequest(email=email, password=password, second_factor=code), "", "here")

    def rotate(self, invocations: int = 99, **options: bool) -> list[str]:
        left = iter(range(invocations))

        def invoke(event: bytes) -> Mapping[str, Any]:
            if next(left, None) is None:
                raise KilledError
            with composition.app.replaced(self.now()):
                return bootstrap.handler(json.loads(event), None)

        variables = {"DATA_KEY": "secretsmanager:Data"}
        return list(DataRotation(**options).perform(variables, self.store, self.clock.now(), invoke))

    def sealed_by_the_newest(self) -> int:
        newest = data_key_id(self.keys()[0])
        with self.deployed.world.engine.connect() as connection:
            return sum(text.startswith(f"{newest}.") for text in connection.scalars(select(second_factors.c.secret)))

    def keys(self) -> list[str]:
        return [key.secret for key in ring_of(self.store["Data"]).keys]

    def link(self) -> str:
        """What opens a guest's booking."""
        app = self.now()
        guest = app.guests.admit(VERA, None)
        request = GuestGrantRequest(booking_id=uuid4(), ends_at=self.clock.now() + timedelta(days=7))
        return app.guests.grant(guest.id, request).manage_url.partition("#")[2]

    def short_link(self) -> str:
        app = self.now()
        guest = app.guests.admit(VERA, None)
        booking = WrittenBooking(booking_id=uuid4(), ends_at=self.clock.now() + timedelta(days=7))
        return str(app.guests.url(guest.id, "sms", booking)).rpartition("/")[2]

    def led(self, short: str) -> UUID:
        return self.now().guests.exchange(self.now().guests.page_of(short).partition("#")[2]).booking_id


VERA = GuestAdmission.model_validate(
    {
        "full_name": "Вера Гостева",
        "phone": "+79161112233",
        "locale": "ru",
        "consents": [{"document": "personal_data", "version": "2026-11"}],
    }
)


@pytest.fixture
def studio(service: composition.App) -> Studio:
    return Studio(service)


def test_nobody_notices_a_rotation(studio: Studio) -> None:
    link, short, phone = studio.link(), studio.short_link(), studio.now().guests.admit(VERA, None).phone_key
    running = studio.now()
    studio.sign_in()

    told = studio.rotate()

    assert told[0].startswith("data: a new key signs from ") and told[1].endswith(f"by the newest key: {WHOLE}")
    assert len(studio.keys()) == 2 and studio.sealed_by_the_newest() == WHOLE
    assert FIRST not in str(told) and studio.keys()[0] not in str(told)
    studio.sign_in()
    studio.sign_in(code=studio.secrets[EMAILS[0]][1][0])
    assert studio.now().guests.exchange(studio.link())
    studio.clock.advance(seconds=LEAD.total_seconds())
    assert studio.now().guests.exchange(studio.link()), "made with the new key"
    assert running.guests.exchange(link) and studio.now().guests.exchange(link) and studio.led(short)
    assert studio.now().guests.admit(VERA, None).phone_key == phone, "bookings of a number are counted as before"

    assert "only the newest key is left" in studio.rotate(drop=True)[-1]

    studio.sign_in()
    assert studio.keys() == studio.keys()[:1] != [FIRST]
    with pytest.raises(GuestLinkError):
        studio.now().guests.exchange(link)
    assert studio.now().guests.admit(VERA, None).phone_key != phone


def test_what_was_killed_in_the_middle_is_repeated(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resealing, "BATCH", 1)
    with pytest.raises(KilledError):
        studio.rotate(invocations=1)
    keys = studio.keys()
    assert (len(keys), studio.sealed_by_the_newest()) == (2, 1)
    for email in EMAILS:
        studio.sign_in(email)

    assert studio.rotate()[-1].endswith(f"by the newest key: {WHOLE - 1}")

    assert (studio.keys(), studio.sealed_by_the_newest()) == (keys, WHOLE)
    assert studio.rotate()[-1].endswith("by the newest key: 0")
    with pytest.raises(NotYetError, match="Not every process has read"):
        studio.rotate(drop=True)
    studio.clock.advance(seconds=LEAD.total_seconds())
    with pytest.raises(KilledError):
        studio.rotate(invocations=0, drop=True)
    assert studio.keys() == keys, "nothing is dropped before all is sealed by the newest"
    studio.rotate(drop=True)
    assert studio.keys() == keys[:1]
    for email in EMAILS:
        studio.sign_in(email)


def test_a_stolen_key_opens_nothing_and_keeps_nobody_out(studio: Studio) -> None:
    link, short = studio.link(), studio.short_link()
    (admin,) = [each for each in studio.now().staff.list() if each.email == EMAILS[0]]
    request = StaffInvitationRequest(email="new@example.com", role="manager", full_name="Нина Новая")
    invitation = studio.now().invitations.invite(request, admin.id)
    token = studio.now().invitations.pending(invitation.id).link.partition("#")[2]
    led = studio.led(short)
    assert led
    for _ in range(5):
        with pytest.raises(InvalidCredentialsError):
            studio.sign_in(password="a wrong one")
    with pytest.raises(KilledError):
        studio.rotate(invocations=0, stolen=True)

    told = studio.rotate(stolen=True)

    assert "end everywhere within 60 seconds" in told[0] and len(studio.keys()) == 3
    for ended in (lambda: studio.now().guests.exchange(link), lambda: studio.led(short)):
        with pytest.raises(GuestLinkError):
            ended()
    answer = StaffInvitationAnswer.model_validate({"password": "correct horse battery", "phone": "+79160000009"})
    with pytest.raises(InvitationNotFoundError):
        studio.now().invitations.accept(token, answer)
    for email in EMAILS:
        studio.sign_in(email)
    studio.sign_in(code=studio.secrets[EMAILS[0]][1][0])
    assert studio.now().guests.exchange(studio.link())
    studio.clock.advance(seconds=LEAD.total_seconds())
    studio.rotate(drop=True)
    assert len(studio.keys()) == 1
    studio.sign_in()


def test_tries_are_not_forgotten_by_a_new_key(studio: Studio) -> None:
    for _ in range(4):
        with pytest.raises(InvalidCredentialsError):
            studio.sign_in(password="a wrong one")
    studio.rotate()
    with pytest.raises((InvalidCredentialsError, TooManyTriesError)):
        studio.sign_in(password="a wrong one")
    before, after = DataKeys(FIRST, studio.clock), DataKeys(studio.store["Data"], studio.clock)
    assert before.counting() == after.counting()


def test_a_factor_that_no_key_opens_is_told_and_stops_nothing(studio: Studio) -> None:
    with studio.now().unit_of_work() as work:
        account = work.users.by_email(EMAILS[1])
        factor = work.second_factors.locked(account.id) if account else None
        assert factor
        work.second_factors.put(replace(factor, secret="A" * 80))
        work.commit()
    told = studio.rotate()
    assert told[1].endswith(f"by the newest key: {WHOLE - 1}") and told[2].endswith("set up anew: 1")
