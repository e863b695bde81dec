"""`smsc`: sends a text by GET, and asks what became of it."""

from shop import BASE, report
from smsc.api import SMSC
from smsc.messages import SMSMessage

NUMBER = "79261234567"
SMSC._url = f"{BASE}/smsc/"


ours = SMSC("cyclorama", "cyclorama")
sent = ours.send(NUMBER, SMSMessage(text="Бронь подтверждена: зал «Север»"))
status = ours.get_status(NUMBER, str(sent.message_id))[0]
report(
    parts=sent.count,
    cost=sent.cost,
    status=(status.status.status_id, status.status.name, status.data["phone"]),
    sent_at=status.data["send_date"] == status.data["last_date"],
    wrong=SMSC("cyclorama", "guess").send(NUMBER, SMSMessage(text="nobody's text")).error.code,
)
