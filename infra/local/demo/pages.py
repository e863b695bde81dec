"""The demo's last scene: a guest's booking, and the pages where all that was played can be seen."""

import webbrowser
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from infra.local.client import Client
from infra.local.demo.money import pay_through
from infra.local.demo.seed import MANAGER, PASSWORD
from infra.local.demo.stage import Stage, some_phone

Shown = dict[str, Any]


def book_as_guest(stage: Stage, slot: Shown) -> Shown:
    """As `/book` does it: no account, and a link to the visit; the booking, paid for."""
    api = Client(stage.endpoints.api_url, headers=dict(stage.api.headers))
    asked = [each for each in api.get("/v1/consents")["data"] if each["required"]]
    consents = [{"document": each["kind"], "version": each["version"]} for each in asked]
    guest: Shown = {"full_name": stage.text("guest_name"), "phone": some_phone()}
    guest |= {"email": stage.email, "consents": consents}
    plain = {name: slot[name] for name in ("hall_id", "start", "end", "people")}
    booking: Shown = api.post("/v1/bookings", plain | {"guest": guest})
    shown = {name: booking[name] for name in ("number", "status", "start", "end", "total", "manage_url")}
    stage.step("guest", "POST /v1/bookings", shown)
    api.token = booking["access_token"]
    stage.wait("guest", lambda: pay_through(stage, api, booking))
    return booking


def addresses(stage: Stage, booking: Shown, guest: Shown) -> dict[str, str]:
    """By the name of their text, in the language of the play."""
    lang, api, sandbox = f"?lang={stage.locale}", stage.endpoints.api_url, stage.endpoints.sandbox_url
    day = datetime.fromisoformat(guest["start"]).astimezone(ZoneInfo(guest["timezone"])).date()
    page, _, secret = guest["manage_url"].partition("#")
    return {
        "page_book": f"{api}/book{lang}",
        "page_manage": f"{page}{lang}#{secret}",
        "page_outbox": f"{sandbox}/outbox{lang}&to={stage.email}",
        "page_desk": f"{api}/desk{lang}#{day}",
        "page_trace": f"{api}/trace{lang}#{booking['number']}",
        "page_reports": f"{api}/desk{lang}#reports",
    }


def name_pages(stage: Stage, pages: dict[str, str], *, opened: bool) -> None:
    """Each on a line of its own, so that a terminal makes a link of it; `opened` in the browser, too."""
    stage.console.print(f"\n[bold]{stage.text('pages')}[/]")
    for name, url in pages.items():
        stage.console.print(f"  [dim]{stage.text(name)}[/]\n  [cyan]{url}[/]", soft_wrap=True)
    staff = stage.text("staff", email=MANAGER["email"], password=PASSWORD)
    stage.console.print(f"  [dim]{staff}[/]", soft_wrap=True)
    if opened and False in {webbrowser.open(url) for url in pages.values()}:
        stage.console.print(f"  [yellow]{stage.text('no_browser')}[/]", soft_wrap=True)
