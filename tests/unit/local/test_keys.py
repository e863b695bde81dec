"""Secrets made up on one machine."""

import json
import stat
from pathlib import Path

from infra.local.plan.keys import KeyStore, generate
from infra.local.template.model import Secret

KEY = Secret("Key", "key", None, {"PasswordLength": 64, "ExcludePunctuation": True})


def test_a_generated_secret_is_kept_for_good_and_for_its_owner_only(tmp_path: Path) -> None:
    first = KeyStore(tmp_path).value(KEY)

    assert KeyStore(tmp_path).value(KEY) == first
    assert len(first) == 64
    assert first.isalnum()
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600


def test_a_given_value_wins(tmp_path: Path) -> None:
    store = KeyStore(tmp_path)

    assert store.value(KEY, "local") == "local"
    assert store.value(Secret("Key", "key", "written", None)) == "written"


def test_roles_have_passwords_of_their_own(tmp_path: Path) -> None:
    store = KeyStore(tmp_path)

    assert store.role_password("booking") == store.role_password("booking") != store.role_password("payment")


def test_a_template_gets_the_generated_key() -> None:
    rules = {"SecretStringTemplate": '{"user": "me"}', "GenerateStringKey": "password", "ExcludeCharacters": "abc"}
    document = json.loads(generate(rules))

    assert document["user"] == "me"
    assert len(document["password"]) == 32
    assert not set(document["password"]) & set("abc")
