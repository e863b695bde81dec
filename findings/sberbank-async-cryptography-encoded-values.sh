#!/bin/sh
# sberbank-async-cryptography 1.0.0
#
# Sber signs the decoded values of a callback. This client's `params_string_to_dict` splits the query and decodes nothing:
# a callback with a space, a colon or Cyrillic in any value is told to be forged, though its signature is genuine. The
# dictionary of a web framework, which is decoded, passes.
#
# Output seen:
#   plain values: True
#   encoded values, split by the client: False
#   encoded values, decoded before: True
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
# Its own pins are of 2020 and have no wheels for a Python of today; it uses of them what has not changed.
"$folder/venv/bin/pip" install --quiet --no-deps sberbank-async-cryptography==1.0.0 pycryptodomex==3.23.0
"$folder/venv/bin/python" - <<'PYTHON' | tee "$folder/seen"
from urllib.parse import parse_qsl, urlencode

from Cryptodome.PublicKey import RSA
from sb_async_cryptography.sberbank_tools import params_string_to_dict, verify_signature
from sb_async_cryptography.signature import private_key_sign_message

key = RSA.generate(2048)


def callback(**values):
    """As Sber's documents have it: `name;value;` of all, by name, RSA over SHA-512, in hexadecimal."""
    text = "".join(f"{name};{value};" for name, value in sorted(values.items()))
    return urlencode(values | {"checksum": private_key_sign_message(key, text.encode()).hex().upper()})


def verified(parameters):
    return verify_signature(key.publickey(), parameters["checksum"], parameters)


plain = callback(mdOrder="06cf5599-3f17-7c86-bdbc-bd7d00a8b38b", operation="deposited", status="1")
dated = callback(mdOrder="06cf5599-3f17-7c86-bdbc-bd7d00a8b38b", operation="deposited", paymentDate="29.11.2026 17:00", status="1")
print("plain values:", verified(params_string_to_dict(plain)))
print("encoded values, split by the client:", verified(params_string_to_dict(dated)))
print("encoded values, decoded before:", verified(dict(parse_qsl(dated))))
PYTHON
grep -qx 'plain values: True' "$folder/seen"
grep -qx 'encoded values, split by the client: False' "$folder/seen"
grep -qx 'encoded values, decoded before: True' "$folder/seen"
