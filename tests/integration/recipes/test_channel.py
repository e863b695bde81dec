"""The recipe for a channel, played: carrier pigeons, who bring every confirmation to a loft."""

import json
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from tests.support.database import administer
from tests.support.recipes.recipe import strays
from tests.support.recipes.tree import Tree

SETTINGS = '''"""Settings of pigeons."""

from core.settings import SettingsPart


class PigeonSettings(SettingsPart):
    """Where they live."""

    pigeon_loft: str = ""
    """A folder; empty switches pigeons off."""


SETTINGS = PigeonSettings
'''
CLIENT = '''"""Pigeons."""

from pathlib import Path

from core.settings import load_settings
from notification.channels.pigeon.settings import PigeonSettings
from notification.channels.port import Accepted, Addressee, Parcel
from notification.writing.rendering import Words
from shared_schemas.accounts import Contact
from shared_schemas.notification import Message


class PigeonSender:
    def __init__(self, loft: str) -> None:
        self._loft = Path(loft)

    def address(self, contact: Contact) -> Addressee:
        return Addressee(f"the window of {contact.full_name}", confirmed=True)

    def render(self, words: Words) -> Message:
        return Message(text=words.line("sms.txt"))

    def send(self, parcel: Parcel) -> Accepted:
        (self._loft / "ring-1").write_text(f"{parcel.address}: {parcel.message.text}", encoding="utf-8")
        return Accepted("pigeon", "ring-1")


def configured() -> PigeonSender | None:
    loft = load_settings(PigeonSettings).pigeon_loft
    return PigeonSender(loft) if loft else None
'''
# What a confirmed booking makes of it: the states of all messages, and what staff and other services are told.
DRIVER = """
import json, sys
from core.postgres.database import create_database
from migrator.app import migrate
from notification.channels import registry
from shared_schemas.events.bookings import BookingConfirmed
from tests.support.database import ServiceSettings
from tests.support.notification import PostOffice

engine = create_database(ServiceSettings("migrator", sys.argv[1]))
migrate(engine)
office = PostOffice(engine)
pigeons = {"pigeon": registry.switched_on()["pigeon"]}
office.sending._senders = office.messages._channels = pigeons
office.messages._addresses = frozenset(pigeons)
office.take(office.booking(BookingConfirmed, 2, "confirmed"))
print(json.dumps([office.states(), office.told()]))
"""
COMPLETE = "tests/contract/test_channels.py"
FOLDER = "functions/notification/channels/pigeon"
VARIABLE = "SMS_BASE_URL: !Ref SmsBaseUrl"


@pytest.fixture
def tree(tree: Tree) -> Tree:
    """With all that the recipe asks for."""
    tree.edit(
        "shared_schemas/channels.py",
        'Channel = Literal["email", "sms", "max", "telegram", "push"]',
        'Channel = Literal["email", "sms", "max", "telegram", "push", "pigeon"]',
    )
    tree.edit(
        "functions/notification/messages/domain/plans.py",
        'Plan("booking_confirmed", ("email", "sms"), ',
        'Plan("booking_confirmed", ("email", "sms", "pigeon"), ',
    )
    tree.write(f"{FOLDER}/settings.py", SETTINGS)
    tree.write(f"{FOLDER}/client.py", CLIENT)
    indent = " " * 12
    tree.edit("template.yaml", VARIABLE, f'PIGEON_LOFT: ""\n{indent}{VARIABLE}')
    return tree


def test_a_confirmation_goes_by_the_new_channel(tree: Tree, server: URL, tmp_path: Path) -> None:
    administer(server, "CREATE DATABASE pigeons")
    loft = tmp_path / "loft"
    loft.mkdir()
    url = server.set(database="pigeons").render_as_string(hide_password=False)

    ran = tree.run("-c", DRIVER, url, PIGEON_LOFT=str(loft), MAIL_FROM="Studio <a@b.test>")

    administer(server, "DROP DATABASE pigeons WITH (FORCE)")
    assert ran.returncode == 0, ran.stderr
    assert strays(tree, "A channel", name="pigeon") == []
    states, told = json.loads(ran.stdout.splitlines()[-1])
    assert states == [["booking_confirmed", "pigeon", "sent"]]
    assert told == ["notification.sent"]
    assert (loft / "ring-1").read_text(encoding="utf-8").startswith("the window of Анна Ким: ")


def test_a_complete_channel_passes_and_what_is_missing_is_named(tree: Tree) -> None:
    ran = tree.tests(COMPLETE)
    assert ran.returncode == 0, ran.stdout

    tree.edit("functions/notification/messages/domain/plans.py", ', "pigeon"), ', "), ")
    tree.edit("template.yaml", "PIGEON_LOFT", "PIGEON_HOUSE")
    tree.remove(f"{FOLDER}/client.py")
    ran = tree.tests(COMPLETE)

    assert "channels/pigeon/client.py is missing" in ran.stdout
    assert "template.yaml gives the notification service no PIGEON_LOFT" in ran.stdout
    assert "no plan in plans.py sends by pigeon" in ran.stdout


def test_a_name_without_a_folder_is_noticed(tree: Tree) -> None:
    tree.remove(FOLDER)
    assert "test_the_registry_knows_those_of_the_contract" in tree.tests(COMPLETE).stdout
