"""Fills a fresh system with a demo studio, through the public API; on a filled one it changes nothing."""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from infra.local.client import Client
from infra.local.demo import photos
from infra.local.demo.studio import STUDIO
from infra.local.machine.aws import local_client

PASSWORD = "cyclorama"  # noqa: S105 - a demo account of a local system
ADMIN = {"email": "admin@cyclorama.test", "full_name": "Анна Администратор", "phone": "+79250000001"}
MANAGER = {"email": "manager@cyclorama.test", "full_name": "Мария Менеджер", "phone": "+79250000002"}
CLIENT = {"email": "client@cyclorama.test", "full_name": "Клим Клиентов", "phone": "+79250000003"}
EVERY_DAY = range(1, 8)


@dataclass(frozen=True)
class DemoHall:
    """A hall of the demo studio; prices in rubles per hour on working days and at the weekend."""

    name: str
    description: str
    capacity: int
    area_m2: int
    opens: str
    closes: str
    weekday_price: int
    weekend_price: int
    english: tuple[str, str]
    """Name and description."""
    equipment: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()

    def request(self, ids: dict[str, str]) -> dict[str, Any]:
        """`ids` are those of the halls that are there already, by name."""
        hours = [{"weekday": day, "opens": self.opens, "closes": self.closes} for day in EVERY_DAY]
        details = {"name": self.name, "description": self.description, "capacity": self.capacity}
        details["texts"] = {"en": dict(zip(("name", "description"), self.english, strict=True))}
        details |= {"area_m2": self.area_m2, "opening_hours": hours, "timezone": "Europe/Moscow"}
        return details | {"equipment": self.equipment, "parts": [ids[part] for part in self.parts]}


HALLS = (
    DemoHall(
        "Белая циклорама", "Циклорама 6×5 м, высота 4,5 м, дневной свет", 12, 90, "08:00", "24:00", 2400, 3000,
        ("White cyclorama", "A cyclorama of 6 by 5 m, 4.5 m high, daylight"),
        ("Циклорама", "Дневной свет", "Гримёрка"),
    ),
    DemoHall(
        "Лофт", "Кирпич, большие окна на юг, гримёрная", 10, 75, "09:00", "22:00", 1800, 2400,
        ("Loft", "Brick, large windows to the south, a make-up room"),
        ("Камин", "Виниловый проигрыватель"),
    ),
    DemoHall(
        "Весь этаж", "Белая циклорама и Лофт вместе: для больших съёмок", 22, 165, "09:00", "22:00", 3800, 4800,
        ("The whole floor", "The white cyclorama and the loft together: for large productions"),
        parts=("Белая циклорама", "Лофт"),
    ),
    DemoHall(
        "Тёмный зал", "Чёрные стены, импульсный свет, круглосуточно", 6, 40, "00:00", "24:00", 1500, 1900,
        ("Dark hall", "Black walls, flash light, day and night"),
        ("Импульсный свет", "Софтбоксы"),
    ),
)  # fmt: skip
ADD_ONS = (
    {"name": "Гримёрная", "texts": {"en": {"name": "Make-up room"}}, "unit": "hour", "price": 300, "stock": 1},
    {"name": "Дым-машина", "texts": {"en": {"name": "Smoke machine"}}, "unit": "booking", "price": 1000, "stock": 1},
    {
        "name": "Бумажный фон, метр", "texts": {"en": {"name": "Paper backdrop, a metre"}}, "unit": "unit",
        "price": 250, "max_quantity": 20,
    },
    {"name": "С питомцем", "texts": {"en": {"name": "With a pet"}}, "unit": "booking", "price": 500},
)  # fmt: skip
PROMO_CODES = ({"code": "ПЕРВАЯ", "percent": 10, "max_uses_per_client": 1},)


def main() -> None:
    """Seed the system whose addresses the supervisor put into the environment."""
    api = Client(os.environ["CYCLORAMA_API_URL"])
    operate(ADMIN | {"password": PASSWORD})
    operate(MANAGER | {"password": PASSWORD, "role": "manager"})
    admin = api.sign_in(ADMIN["email"], PASSWORD)
    api.request("POST", "/v1/accounts", CLIENT | {"password": PASSWORD, "locale": "ru", "consent": True})
    for somebody in (ADMIN, MANAGER, CLIENT):
        operate({"vouch": somebody["email"]})
    if api.get("/v1/studio")["version"] == 0:
        admin.put("/v1/studio", STUDIO)
        photos.sign(admin)
    present = {hall["name"]: hall["id"] for hall in api.get("/v1/halls")["data"]}
    for hall in HALLS:
        if hall.name not in present:
            present[hall.name] = add_hall(admin, hall, present)
    photos.hang(admin, present)
    offer(admin, "/v1/add-ons", "name", [add_on | {"price": rubles(add_on["price"])} for add_on in ADD_ONS])
    offer(admin, "/v1/promo-codes", "code", PROMO_CODES)


def rubles(amount: Any) -> dict[str, Any]:
    """Money as the API writes it."""
    return {"amount": amount * 100, "currency": "RUB"}


def offer(admin: Client, path: str, key: str, items: Iterable[dict[str, Any]]) -> None:
    """Add what is not there yet."""
    present = {item[key] for item in admin.get(path)["data"]}
    for item in items:
        if item[key] not in present:
            admin.post(path, item)


def operate(event: dict[str, str]) -> None:
    """Invoke the bootstrap function as an operator would: it makes accounts of staff, and confirms e-mails."""
    payload, lambda_url = json.dumps(event), os.environ["CYCLORAMA_LAMBDA_URL"]
    answer = local_client("lambda", lambda_url).invoke(FunctionName="GatewayBootstrap", Payload=payload)
    if "FunctionError" in answer:
        raise RuntimeError(answer["Payload"].read().decode())


def add_hall(admin: Client, hall: DemoHall, ids: dict[str, str]) -> str:
    """A hall with its two tariffs: Friday to Sunday and public holidays cost more."""
    created = admin.post("/v1/halls", hall.request(ids))
    weekdays = {
        "name": "Будни",
        "texts": {"en": {"name": "Working days"}},
        "weekdays": [1, 2, 3, 4],
        "holidays": "except",
    }
    weekends = {
        "name": "Выходные и праздники",
        "texts": {"en": {"name": "Weekends and holidays"}},
        "weekdays": [5, 6, 7],
        "holidays": "also",
        "priority": 1,
    }
    for tariff, price in ((weekdays, hall.weekday_price), (weekends, hall.weekend_price)):
        admin.post("/v1/tariffs", tariff | {"hall_id": created["id"], "price_per_hour": rubles(price)})
    return str(created["id"])


if __name__ == "__main__":
    main()
