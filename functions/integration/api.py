"""The service's HTTP API; the modules `app_*.py` add their routes to it."""

from core.http import Api

api = Api("integration")
