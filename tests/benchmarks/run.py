"""What is measured, in which order."""

from tests.benchmarks import data, load, pgbench, race, requests
from tests.benchmarks.in_process import Handler
from tests.benchmarks.report import Report
from tests.support.booking.whole_studio import UNLIMITED, policy
from tests.support.system.whole import System

HALLS = 100
CLIENTS = 8
DAY_BUDGET, BOOKING_BUDGET = 4.0, 3.0


class Benchmark:
    """A system, with a hundred halls open round the clock and far into the future, that all cost the same."""

    def __init__(self, system: System, seconds: int, rounds: int, report: Report) -> None:
        self._system = system
        self._seconds = seconds
        self._rounds = rounds
        self._report = report
        report.now("making halls …")
        self._halls = [make_hall(system, number) for number in range(HALLS)]
        price = {"amount": 150_000, "currency": "RUB"}
        system.manager.post("/v1/tariffs", {"name": "Benchmark", "price_per_hour": price, "priority": 100})
        # One client books what hundreds would.
        system.manager.request("PUT", "/v1/policy", policy(**UNLIMITED))
        self._token = system.customer().api.token or ""
        self._handler = Handler(system.endpoints.database_url, system.endpoints.aws_endpoint)

    def run(self, bookings: int) -> None:
        """Measure with that many bookings."""
        report, halls = self._report, self._halls
        report.begin(bookings)
        with self._system.database() as engine:
            data.fill(engine, halls, bookings, lambda done: report.now(f"making bookings: {done:,} of {bookings:,} …"))
        self._reads("a day of a hall", requests.day(halls[0]), DAY_BUDGET)
        self._reads(f"a week of {HALLS} halls", requests.week())
        self._bookings()
        rounds = iter(range(1, self._rounds + 1))
        found = race.run(
            self._system.api_url,
            self._token,
            halls[-1],
            self._rounds,
            lambda: report.now(f"race for one slot, round {next(rounds)} of {self._rounds} …"),
        )
        report.add_race(race.RACERS, found)
        report.end()

    def _reads(self, name: str, make: requests.Make, budget: float | None = None) -> None:
        self._report.now(f"{name}, in process …")
        ours = self._handler.measure(make(0), self._seconds)
        script = pgbench.script(self._handler.statements(make(0)))
        self._report.add(f"{name}, in process", 1, ours, self._floor(script, 1), budget)
        self._doors(name, script, make)

    def _bookings(self) -> None:
        halls = self._halls
        script = pgbench.BOOKING.format(hall=halls[CLIENTS + 1])
        self._report.now("a booking, in process …")
        ours = self._handler.measure(requests.booking([halls[CLIENTS]])(0), self._seconds)
        self._report.add("a booking, in process", 1, ours, self._floor(script, 1), BOOKING_BUDGET)
        self._doors("a booking", script, requests.booking(halls[:CLIENTS]))

    def _doors(self, name: str, script: str, make: requests.Make) -> None:
        """On the API's port, with authentication, by one client and by several."""
        for clients in (1, CLIENTS):
            self._report.now(f"{name}, {clients} clients …")
            ours = load.measure(self._system.api_url, [self._token], make, clients, self._seconds)
            self._report.add(name, clients, ours, self._floor(script, clients))

    def _floor(self, script: str, clients: int) -> pgbench.Floor:
        return pgbench.measure(self._system.endpoints.database_url, script, clients, self._seconds)


def make_hall(system: System, number: int) -> str:
    """Open round the clock for three years ahead."""
    hours = [{"weekday": day, "opens": "00:00", "closes": "00:00"} for day in range(1, 8)]
    hall = {"name": f"Benchmark {number}", "capacity": 5, "opening_hours": hours, "horizon_days": 1100}
    return str(system.manager.post("/v1/halls", hall | {"country": None})["id"])
