"""The gateway's own HTTP API; `<capability>/routes.py` add theirs to it."""

from core.http.api import Api

api = Api("gateway")
