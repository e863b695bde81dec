"""The service's HTTP API; `<capability>/routes.py` add theirs to it."""

from core.http.api import Api

api = Api("notification")
