"""The desk has words for what providers refuse messages with."""

import re

import pytest

from notification.channels.email.ses import client as ses
from notification.channels.sms.smsaero import client as smsaero
from notification.channels.sms.smsc import client as smsc
from notification.channels.sms.smsru import client as smsru
from notification.channels.sms.sns import client as sns
from tests.support.system.whole import ROOT

DESK = ROOT / "functions" / "gateway" / "web" / "files" / "desk"
MEANING = re.compile(r"^  (\w+): /(\S+)/,$", re.MULTILINE)
MEANINGS = {name: re.compile(found) for name, found in MEANING.findall((DESK / "message_words.js").read_text("utf-8"))}
FINAL = [
    *(f"smsru_{code}" for code in sorted(smsru.PERMANENT | smsru.HERE | smsru.UNDELIVERED | smsru.REPEATED)),
    *(f"smsc_{code}" for code in smsc.REFUSALS),
    *(f"smsc_status_{code}" for code in sorted(smsc.UNDELIVERED)),
    *(f"smsaero_status_{code}" for code in sorted(smsaero.UNDELIVERED)),
    *("smsaero_length", "smsaero_number", "smsaero_no_credits", "smsaero_reject", "smsaero_refused"),
    *(f"ses_{code}" for code in sorted(ses.PERMANENT)),
    *(f"sns_{code}" for code in sorted(sns.PERMANENT)),
    *("smtp_recipient_550", "smtp_recipient_452", "smtp_mail_552", "smtp_data_451", "smtp_535", "smtp_TimeoutError"),
    *("smsru_no_word", "smsc_unknown_id", "sns_cannot_tell"),
    *("push_gone", "push_401", "push_403", "push_429", "push_503", "push_no_answer"),
]  # fmt: skip


@pytest.mark.parametrize("reason", FINAL)
def test_a_reason_has_one_meaning(reason: str) -> None:
    assert len([name for name, found in MEANINGS.items() if found.search(reason)]) == 1


def test_each_meaning_is_said_in_both_languages() -> None:
    texts = (DESK / "texts_messages.js").read_text("utf-8")

    assert {name: texts.count(f"    why_{name}: ") for name in MEANINGS} == dict.fromkeys(MEANINGS, 2)
