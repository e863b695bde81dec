"""A statement that fails leaves nobody's e-mail, phone, name or password hash in any log, ours or PostgreSQL's."""

from uuid import uuid4

import pytest
from sqlalchemy import Engine, Executable, insert, text

from core.http.api import Api
from gateway.tables import users
from infra.local.postgres import PostgresServer
from infra.local.postgres.admin import execute
from shared_schemas.access import table
from tests.support.clock import NOW
from tests.support.database import EngineFor
from tests.support.rest import call, rest_event

SEEDS = {
    "email": "seeded.person@example.com",
    "phone": "+79035550199",
    "full_name": "Seraphina Quell",
    "password_hash": "$argon2id$v=19$m=65536$c2VlZGVk",
}
USER = {"id": uuid4(), "locale": "ru", "role": "client", "consented_at": NOW, "created_at": NOW, **SEEDS}
FAILING: dict[str, tuple[Executable, dict[str, str]]] = {
    "a second account": (insert(users).values(**USER), {}),
    "a field without a value": (insert(users).values(**USER | {"id": uuid4(), "role": None}), {}),
    "U+0000": (insert(users).values(**USER | {"id": uuid4(), "full_name": SEEDS["full_name"] + "\0"}), {}),
    "an e-mail for a number": (text("SELECT CAST(CAST(:email AS text) AS int)"), {"email": SEEDS["email"]}),
    "a phone for a day": (text("SELECT CAST(CAST(:phone AS text) AS date)"), {"phone": SEEDS["phone"]}),
    "a name in broken JSON": (
        text("SELECT CAST(CAST(:name AS text) AS jsonb)"),
        {"name": f'{{"name": "{SEEDS["full_name"]}'},
    ),
    "a hash that is too large": (
        text("SELECT repeat(:hash, 1000000000)"),
        {"hash": SEEDS["password_hash"]},
    ),
}


@pytest.fixture(scope="module")
def engine(engine_for: EngineFor) -> Engine:
    made = engine_for("gateway")
    with made.begin() as connection:
        connection.execute(insert(users).values(**USER))
    return made


@pytest.mark.parametrize("kind", FAILING)
def test_a_failed_statement_tells_no_log_what_it_was_given(
    engine: Engine, own_server: PostgresServer | None, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    api = Api("gateway", table("anyone - GET /v1/failing"))
    statement, values = FAILING[kind]

    @api.endpoint("GET /v1/failing")
    def failing() -> None:
        with engine.begin() as connection:
            connection.execute(statement, values)

    answer = call(api, rest_event("GET /v1/failing"))

    assert answer.status == 500
    assert "Traceback" in caplog.text
    logs = caplog.text + (own_server.log.read_text(encoding="utf-8") if own_server else "")
    assert [name for name, value in SEEDS.items() if value in logs] == []


def test_a_password_that_cannot_be_set_is_in_no_log(own_server: PostgresServer | None) -> None:
    if own_server is None:
        pytest.skip("another server's log is not ours to read")
    with pytest.raises(Exception, match="nobody_here"):
        execute(own_server.url, "ALTER ROLE nobody_here PASSWORD 'seeded-secret'")

    assert "seeded-secret" not in own_server.log.read_text(encoding="utf-8")
