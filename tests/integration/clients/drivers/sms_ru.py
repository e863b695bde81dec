"""`smsru-api`: sends a text to two numbers and asks what became of them."""

from shop import BASE, report
from smsru_api import Client

# It takes the country's code off.
NUMBERS = ("9261234567", "9261234568")


def client(api_id: str) -> Client:
    made = Client(api_id)
    made._base_url = f"{BASE}/smsru"
    return made


ours = client("cyclorama")
sent = ours.send(*NUMBERS, message="Бронь подтверждена: зал «Север»")
names = [sent["sms"][number]["sms_id"] for number in NUMBERS]
known = ours.status(names[0])
report(
    sent=(sent["status"], sent["status_code"], [sent["sms"][number]["status_code"] for number in NUMBERS]),
    known=(known["status"], known["sms"][names[0]]["status"]),
    unknown=ours.status("000000-00000000")["sms"]["000000-00000000"]["status"],
    wrong=client("guess").send(NUMBERS[0], message="nobody's text")["status_code"],
)
