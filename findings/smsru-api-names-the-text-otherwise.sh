#!/bin/sh
# smsru-api 1.4.1
#
# SMS.RU describes the text of a message that goes to several numbers as the field `msg` of `sms/send`. This client sends
# it as `text`. A stand-in that reads the described name alone finds messages without a text and refuses each of them
# (203), while the call as a whole is answered with "OK".
#
# Output seen:
#   fields: text, to
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet smsru-api==1.4.1
cat > "$folder/try.py" <<'PYTHON'
import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from urllib.parse import parse_qs

from smsru_api import Client

asked = []


class Provider(BaseHTTPRequestHandler):
    def do_POST(self):
        asked.append(parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        body = json.dumps({"status": "OK", "status_code": 100, "sms": {}}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Provider)
Thread(target=server.serve_forever, daemon=True).start()
client = Client("a-key")
client._base_url = f"http://127.0.0.1:{server.server_port}"
client.send("9001234567", "9001234568", message="Hello")
print("fields:", ", ".join(sorted(asked[0].keys() & {"to", "msg", "text", "message"})))
PYTHON
"$folder/venv/bin/python" "$folder/try.py" | tee "$folder/seen"
grep -qx 'fields: text, to' "$folder/seen"
