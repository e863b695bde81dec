"""Keys are rotated under people who have signed in, while each process has read them at its own time."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import jwt
import pytest

from core.aws import aws_client
from core.keys.ring import LEAD
from core.secrets import KEPT, PAUSE
from core.tokens import sign_service
from gateway.accounts.service import Accounts
from gateway.keys.token_keys import TokenKeys
from gateway.sessions.domain import Lifetimes
from gateway.sessions.guard import Guard
from gateway.sessions.service import Sessions
from gateway.sessions.verdict import Authorizer
from infra.keys.__main__ import SecretsManager
from infra.keys.rotation import Rotation
from shared_schemas.accounts import TokenPair, TokenRequest
from shared_schemas.common import Role
from shared_schemas.errors import UnauthenticatedError
from tests.support.clock import FixedClock
from tests.support.gateway import DATA_KEYS, PASSWORD, SECOND_STEP, FakePasswords, FakeStorage, registration
from tests.support.samples import sample

STEP = timedelta(seconds=20)
VARIABLES = {
    "TOKEN_KEYS": '{"users": "secretsmanager:Users", "payment": "secretsmanager:Payment"}',
    "ACCESS_MINUTES": "60",
    "REFRESH_DAYS": "30",
}
LIFETIMES = Lifetimes(access=timedelta(hours=1), idle=timedelta(days=30), longest=timedelta(days=90))


class Studio:
    """Two functions that sign, two that judge; all have read the keys, and nobody has read them since."""

    def __init__(self) -> None:
        # Tokens are verified against the machine's own clock, so the story lies in its past.
        self.clock = FixedClock(datetime.now(UTC) - timedelta(minutes=30))
        self.storage = FakeStorage()
        Accounts(self.storage, self.clock, FakePasswords()).register(registration())
        self.signers = [self.signer(), self.signer()]
        self.judges = [Authorizer(self.process(), self._role, lambda _key: None) for _ in range(2)]
        self.pair = self.sign_in(0)
        assert self.let_in(self.pair) == [True, True]

    def signer(self) -> Sessions:
        """A function that starts now."""
        guard = Guard(self.storage, self.clock, DATA_KEYS)
        return Sessions(self.storage, self.clock, FakePasswords(), self.process(), guard, LIFETIMES, SECOND_STEP)

    def process(self) -> TokenKeys:
        return TokenKeys(VARIABLES["TOKEN_KEYS"], lambda: self.clock.now().timestamp())

    def _role(self, session: UUID) -> Role | None:
        found = self.storage.sessions.rows.get(session)
        return Role.CLIENT if found and found.is_open(self.clock.now()) else None

    def rotate(self, **options: Any) -> list[str]:
        return list(Rotation(**options).perform(VARIABLES, SecretsManager(), self.clock.now()))

    def sign_in(self, signer: int) -> TokenPair:
        request = TokenRequest(email="anna@example.com", password=PASSWORD)
        return self.signers[signer].sign_in(request, "a test", "here")

    def let_in(self, pair: TokenPair) -> list[bool]:
        return [self.judged(judge, pair.access_token) for judge in self.judges]

    def judged(self, judge: Authorizer, token: str) -> bool:
        try:
            judge.judge(sample("apigateway_authorizer") | {"authorizationToken": f"Bearer {token}"})
        except Exception as refused:
            assert str(refused) == "Unauthorized"
            return False
        return True


@pytest.fixture
def studio(aws: None) -> Iterator[Studio]:
    for name in ("Users", "Payment"):
        aws_client("secretsmanager").create_secret(Name=name, SecretString=f"{name}-{'k' * 50}")
    yield Studio()


def test_nobody_is_signed_out_by_a_rotation(studio: Studio) -> None:
    studio.rotate()
    pairs = [studio.pair]
    for step in range(int((LEAD + 2 * KEPT) / STEP)):
        studio.clock.advance(seconds=STEP.total_seconds())
        pairs[0] = studio.signers[step % 2].refresh(pairs[0].refresh_token)
        pairs.append(studio.sign_in(step % 2))
        assert all(studio.let_in(pair) == [True, True] for pair in pairs)
    # Both keys have signed.
    assert len({jwt.get_unverified_header(pair.access_token)["kid"] for pair in pairs}) == 2


def test_a_stolen_key_is_worth_nothing_within_a_minute(studio: Studio) -> None:
    studio.rotate(issuers=["users"], stolen=True)
    studio.clock.advance(seconds=KEPT.total_seconds())
    assert studio.let_in(studio.pair) == [False, False]
    for signer in studio.signers:
        with pytest.raises(UnauthenticatedError):
            signer.refresh(studio.pair.refresh_token)
    assert studio.let_in(studio.sign_in(0)) == [True, True]


def test_the_key_that_replaces_a_stolen_one_is_known_at_once(studio: Studio) -> None:
    studio.rotate(stolen=True)
    studio.clock.advance(seconds=PAUSE.total_seconds())
    # One that started since signs with the new key; the others look again.
    studio.signers[0] = studio.signer()
    assert studio.let_in(studio.sign_in(0)) == [True, True]


def test_only_the_keys_that_were_asked_for_change(studio: Studio) -> None:
    before = SecretsManager().read("Payment")
    studio.rotate(issuers=["users"], stolen=True)
    assert SecretsManager().read("Payment") == before
    studio.clock.advance(seconds=KEPT.total_seconds())
    assert studio.judged(studio.judges[0], sign_service("payment", before, datetime.now(UTC)))


def test_a_rotation_forgets_no_try(studio: Studio) -> None:
    for _ in range(5):
        with pytest.raises(UnauthenticatedError):
            studio.signers[0].sign_in(TokenRequest(email="anna@example.com", password="wrong"), "", "there")
    before = set(studio.storage.tries.rows)
    studio.rotate(stolen=True)
    studio.clock.advance(seconds=KEPT.total_seconds())
    with pytest.raises(UnauthenticatedError):
        studio.signers[0].sign_in(TokenRequest(email="anna@example.com", password="wrong"), "", "there")
    assert set(studio.storage.tries.rows) == before
