"""Fills a fresh system with a demo studio, through the public API; on a filled one it changes nothing."""

import json
import os
from dataclasses import dataclass
from typing import Any

from infra.local.aws import local_client
from infra.local.client import Client

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

    def request(self) -> dict[str, Any]:
        hours = [{"weekday": day, "opens": self.opens, "closes": self.closes} for day in EVERY_DAY]
        details = {"name": self.name, "description": self.description, "capacity": self.capacity}
        return details | {"area_m2": self.area_m2, "opening_hours": hours, "timezone": "Europe/Moscow"}


HALLS = (
    DemoHall("Белая циклорама", "Циклорама 6×5 м, высота 4,5 м, дневной свет", 12, 90, "08:00", "00:00", 2400, 3000),
    DemoHall("Лофт", "Кирпич, большие окна на юг, гримёрная", 10, 75, "09:00", "22:00", 1800, 2400),
    DemoHall("Тёмный зал", "Чёрные стены, импульсный свет, круглосуточно", 6, 40, "00:00", "00:00", 1500, 1900),
)


def main() -> None:
    """Seed the system whose addresses the supervisor put into the environment."""
    api = Client(os.environ["CYCLORAMA_API_URL"])
    bootstrap_admin(os.environ["CYCLORAMA_LAMBDA_URL"])
    admin = api.sign_in(ADMIN["email"], PASSWORD)
    admin.request("POST", "/v1/staff", MANAGER | {"password": PASSWORD, "role": "manager", "locale": "ru"})
    api.request("POST", "/v1/accounts", CLIENT | {"password": PASSWORD, "locale": "ru", "consent": True})
    present = {hall["name"] for hall in api.get("/v1/halls")["data"]}
    for hall in HALLS:
        if hall.name not in present:
            add_hall(admin, hall)


def bootstrap_admin(lambda_url: str) -> None:
    """Create the first administrator as an operator would: by invoking the bootstrap function."""
    payload = json.dumps(ADMIN | {"password": PASSWORD})
    answer = local_client("lambda", lambda_url).invoke(FunctionName="GatewayBootstrap", Payload=payload)
    if "FunctionError" in answer:
        raise RuntimeError(answer["Payload"].read().decode())


def add_hall(admin: Client, hall: DemoHall) -> None:
    """A hall with its two tariffs: the weekend, Friday to Sunday, costs more."""
    created = admin.post("/v1/halls", hall.request())
    tariffs = (("Будни", hall.weekday_price, [1, 2, 3, 4]), ("Выходные", hall.weekend_price, [5, 6, 7]))
    for name, rubles, weekdays in tariffs:
        price = {"amount": rubles * 100, "currency": "RUB"}
        body = {"hall_id": created["id"], "name": name, "weekdays": weekdays, "price_per_hour": price}
        admin.post("/v1/tariffs", body)


if __name__ == "__main__":
    main()
