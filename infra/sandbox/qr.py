"""QR codes of the Faster Payments System, which lead to a bank's app that is a page of the sandbox."""

import hashlib
import io

import segno

from infra.sandbox.payments.model import Payment

PIXELS = 8


def qrc_id(payment_id: str) -> str:
    """The code's id of 32 characters, as the National Payment Card System numbers dynamic codes."""
    return "AD" + hashlib.sha256(payment_id.encode()).hexdigest()[:30].upper()


def payload(public_url: str, payment: Payment) -> str:
    """What the code says. The real one leads to qr.nspk.ru; this one works in any browser that reaches the sandbox."""
    return f"{public_url}/sbp/{payment.id}?type=02&qrc={qrc_id(payment.id)}&sum={payment.amount}&cur=RUB"


def picture(text: str) -> str:
    """The code as SVG, dark on white whatever the page's colours are: cameras want it so."""
    out = io.BytesIO()
    segno.make_qr(text, error="m").save(out, kind="svg", border=2, scale=PIXELS, light="#fff", nl=False)
    return out.getvalue().decode()
