"""The README's pictures, taken of a running system: `python -m tests.support.pages.pictures` (`make pictures`)."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

from PIL import Image
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect

from infra.local.client import Client
from tests.support.pages.states import signed_in
from tests.support.system.browser import PHONE, chromium, running_browser, visiting
from tests.support.system.whole import MOSCOW, System, running_system
from tests.support.waiting import eventually

FOLDER = Path(__file__).parents[3] / "docs" / "pictures"
LARGEST = 80_000
QUALITY = 82
WEEKS_AHEAD = 12
DESKTOP = ViewportSize(width=1280, height=800)
# Who comes on the day that the desk shows: the hall by its place in the list, from and for how many hours, and whether
# it is paid.
DAY = (
    (0, 9, 2, "Анна Ветрова", True), (0, 12, 1, "Олег Лапин", False), (0, 14, 3, "Студия «Кадр»", True),
    (0, 18, 2, "Мария Зимина", True), (2, 10, 2, "Павел Ким", True), (2, 13, 2, "Лена Орлова", False),
    (2, 16, 2, "Ирина Соль", True), (3, 9, 1, "Глеб Ростов", True), (3, 11, 2, "Дина Шах", True),
    (3, 15, 1, "Юлия Мур", False), (3, 17, 3, "Театр «Свет»", True),
)  # fmt: skip


@dataclass(frozen=True)
class Picture:
    """A page as a picture shows it."""

    name: str
    path: str
    size: ViewportSize
    steps: Callable[[Page], None]
    is_dark: bool = False

    @property
    def pixels(self) -> tuple[int, int]:
        return self.size["width"], self.size["height"]

    @property
    def file(self) -> str:
        return f"{self.name}.webp"


def choosing(page: Page) -> None:
    expect(page.locator(".times button").first).to_be_visible()
    page.locator(".month").evaluate("days => days.parentElement.scrollIntoView({ block: 'start' })")


def looking_at_halls(page: Page) -> None:
    expect(page.locator(".times button").first).to_be_visible()
    photos = "[...document.querySelectorAll('.hall img')]"
    page.wait_for_function(f"{photos}.length && {photos}.every((each) => each.naturalWidth)")


def at_the_desk(page: Page) -> None:
    signed_in(page)
    expect(page.get_by_text("Театр «Свет»")).to_be_visible()


def reading(page: Page) -> None:
    expect(page.locator("h1").last).to_be_visible()
    page.wait_for_load_state("networkidle")


PICTURES = (
    Picture("book-halls", "/book?day={day}&lang=ru", PHONE, looking_at_halls),
    Picture("book-times", "/book?day={day}&lang=ru", PHONE, choosing, is_dark=True),
    Picture("desk", "/desk?lang=ru#{day}", DESKTOP, at_the_desk),
    Picture("docs", "/docs?lang=en#create_booking", DESKTOP, reading),
)


def take(browser: BrowserContext, system: System, folder: Path) -> None:
    """All pictures, as files of the folder."""
    day = fill_a_day(system)
    # Photos are made smaller after they have come; a page that was opened before shows none.
    eventually(lambda: has_photos(system))
    for picture in PICTURES:
        page = browser.new_page()
        page.set_viewport_size(picture.size)
        page.emulate_media(color_scheme="dark" if picture.is_dark else "light", reduced_motion="reduce")
        page.goto(system.api_url + picture.path.format(day=day))
        picture.steps(page)
        _write(page.screenshot(), folder / picture.file)
        page.close()


def has_photos(system: System) -> bool:
    """Whether each hall has one that pages show."""
    halls = Client(system.api_url).get("/v1/halls")["data"]
    return all(any(photo.get("sizes") for photo in hall["photos"]) for hall in halls)


def fill_a_day(system: System) -> str:
    """Visits on a Saturday so far away that nothing else is there, written down at the desk; the day."""
    today = datetime.now(MOSCOW).replace(hour=0, minute=0, second=0, microsecond=0)
    day = today + timedelta(days=(5 - today.weekday()) % 7, weeks=WEEKS_AHEAD)
    halls = Client(system.api_url).get("/v1/halls")["data"]
    for place, hour, hours, name, paid in DAY:
        start = day + timedelta(hours=hour)
        order = {"hall_id": halls[place]["id"], "start": start.isoformat(), "people": 3, "guest": {"full_name": name}}
        _write_down(system.manager, order | {"end": (start + timedelta(hours=hours)).isoformat()}, paid=paid)
    return day.date().isoformat()


def _write_down(manager: Client, order: dict[str, Any], *, paid: bool) -> None:
    order["guest"]["phone"] = f"+7916{uuid4().int % 10**7:07}"
    booking = manager.post("/v1/bookings", order, Idempotency_Key=str(uuid4()))
    if paid:
        money = {"amount": booking["total"], "method": "terminal"}
        manager.post(f"/v1/bookings/{booking['id']}/desk-payments", money, Idempotency_Key=str(uuid4()))


def _write(png: bytes, file: Path) -> None:
    Image.open(BytesIO(png)).convert("RGB").save(file, "WEBP", quality=QUALITY, method=6)


def main() -> None:
    if not chromium():
        raise SystemExit("no Chromium is installed here")
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as state,
        running_system(Path(state)) as system,
        running_browser() as program,
        visiting(program) as browser,
    ):
        take(browser, system, FOLDER)
    for picture in PICTURES:
        print(f"{picture.file}: {(FOLDER / picture.file).stat().st_size} bytes")  # noqa: T201


if __name__ == "__main__":
    main()
