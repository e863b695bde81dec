#!/bin/sh
# tbank-kassa-api 0.0.2.7.6
#
# T-Kassa signs a notification over all its top-level values, booleans as `true` and `false`. This client leaves out every
# value that Python holds for false: `Success: false` of a refused payment, an amount of 0. So it refuses each genuine
# notification of a payment that failed ("Token not valid"), and takes each of one that succeeded.
#
# Output seen:
#   Success true: read
#   Success false: Token not valid
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet tbank-kassa-api==0.0.2.7.6
"$folder/venv/bin/python" -W ignore - 2>/dev/null <<'PYTHON' | grep '^Success' | tee "$folder/seen"
import contextlib
import hashlib
import io

from tbank_kassa_api.tbank_client import TClient

PASSWORD = "12345678"


def signed(**fields):
    """By the bank's own rule: values by the order of their names, the password among them."""
    values = fields | {"Password": PASSWORD}
    text = "".join(str(values[name]).lower() if isinstance(values[name], bool) else str(values[name]) for name in sorted(values))
    return fields | {"Token": hashlib.sha256(text.encode()).hexdigest()}


def told(success, status, code):
    return signed(
        TerminalKey="TinkoffBankTest", OrderId="21090", Success=success, Status=status, PaymentId="8742591",
        ErrorCode=code, Amount=9855, CardId="322264", Pan="430000******0777", ExpDate="1122",
    )


client = TClient("TinkoffBankTest", PASSWORD)
for notice in (told(True, "CONFIRMED", "0"), told(False, "REJECTED", "1051")):
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            client.pars_notification(notice)
        outcome = "read"
    except ValueError as error:
        outcome = str(error)
    print(f"Success {str(notice['Success']).lower()}: {outcome}")
PYTHON
grep -qx 'Success true: read' "$folder/seen"
grep -qx 'Success false: Token not valid' "$folder/seen"
