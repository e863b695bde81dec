"""The queueing model: known answers, and what the template says of the parts."""

import math
from dataclasses import replace

import pytest

from infra.scaling.parts import Part, local_machine, parts_of
from infra.scaling.simulation import simulate

SEED = 20261201
ONE = Part("one", servers=1, seconds=0.05, visits=1, awaited=True, change="")


def waiting(servers: int, load: float) -> float:
    """Erlang's C: the chance that somebody who comes must wait."""
    offered = load * servers
    busy = offered**servers / math.factorial(servers) / (1 - load)
    return busy / (sum(offered**k / math.factorial(k) for k in range(servers)) + busy)


@pytest.mark.parametrize(("servers", "load"), [(1, 0.5), (1, 0.8), (4, 0.7)])
def test_who_comes_by_chance_waits_as_long_as_queueing_theory_says(servers: int, load: float) -> None:
    part = replace(ONE, servers=servers)
    rate = load * servers / part.seconds

    [seen] = simulate([part], rate, 3000, SEED)

    expected = waiting(servers, load) * part.seconds / (servers * (1 - load))
    assert seen.mean == pytest.approx(expected, rel=0.1)
    assert part.load(rate) == pytest.approx(load)


def test_a_part_that_cannot_keep_up_has_a_queue_that_grows() -> None:
    [short], [longer] = (simulate([ONE], 25, seconds, SEED) for seconds in (100, 200))
    assert longer.left > 1.5 * short.left > 100
    assert ONE.most == 20


def test_what_nobody_waits_for_holds_up_nobody() -> None:
    full = replace(ONE, name="full", seconds=1.0, awaited=False)
    behind = replace(ONE, name="behind", awaited=True)

    [_, served] = simulate([full, behind], 10, 100, SEED)

    assert served.mean < 0.1


def test_visits_that_gather_are_a_part_of_one() -> None:
    [seen] = simulate([replace(ONE, visits=0.25)], 40, 500, SEED)
    assert len(seen.waits) == pytest.approx(0.25 * 40 * 500, rel=0.05)


def test_functions_are_as_many_as_the_template_lets_run() -> None:
    small, large = ({part.name: part for part in parts_of(size)} for size in ("db.t4g.micro", "db.t4g.large"))
    assert (small["payment API"].servers, large["payment API"].servers) == (3, 84)
    assert small["PostgreSQL"].most == large["PostgreSQL"].most
    assert all(part.most > 0 for part in small.values())


def test_behind_a_proxy_more_functions_run_beside_the_same_processors() -> None:
    small, behind = ({part.name: part for part in parts_of("db.t4g.micro", proxied=on)} for on in (False, True))
    assert behind["booking API"].servers > 10 * small["booking API"].servers
    assert behind["PostgreSQL"].most == small["PostgreSQL"].most


def test_one_machine_shares_its_processors() -> None:
    [part] = local_machine(2)
    assert part.load(part.most) == pytest.approx(1)
    [watched] = local_machine(2, 0.1)
    assert watched.most == pytest.approx(20)
