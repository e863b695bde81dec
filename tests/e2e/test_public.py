"""What anybody may look at: health, the API's own documentation, halls and free time."""

from infra.local.client import Client
from tests.support.system.whole import System


def test_health_asks_every_service_and_the_broker(system: System) -> None:
    document = Client(system.api_url).get("/health")

    assert document["status"] == "ok"
    assert set(document["checks"]) >= {"booking", "payment", "integration", "notification", "broker", "database"}


def test_the_api_documents_itself(system: System) -> None:
    api = Client(system.api_url)

    document = api.get("/openapi.json")
    page = api.request("GET", "/docs")

    assert document["openapi"].startswith("3.1")
    assert "/v1/bookings" in document["paths"]
    assert page.headers["Content-Type"].startswith("text/html")
    assert "docs/app.js" in page.document


def test_halls_and_their_free_time_need_no_token(system: System) -> None:
    halls = Client(system.api_url).get("/v1/halls")["data"]
    directly = Client(system.booking_url).get("/v1/halls")["data"]

    assert halls == directly
    assert len(halls) >= 3
    assert system.starts(halls[0]["id"], system.day(3))
