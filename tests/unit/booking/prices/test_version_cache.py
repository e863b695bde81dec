"""Price lists that a process remembers."""

from booking.prices.versions import VersionCache
from shared_schemas.booking.prices import TariffVersion
from tests.support.booking.prices import price_list


def test_a_version_is_read_once() -> None:
    read: list[int] = []

    def version() -> TariffVersion:
        read.append(1)
        return price_list()

    versions = VersionCache()

    assert versions.get((1, "700"), version) is versions.get((1, "700"), version)
    assert len(read) == 1


def test_what_another_transaction_wrote_is_another_version() -> None:
    versions, first, second = VersionCache(), price_list(), price_list()

    assert versions.get((1, "700"), lambda: first) is first
    assert versions.get((1, "701"), lambda: second) is second


def test_the_version_that_came_first_makes_room() -> None:
    versions = VersionCache(most=2)
    for number in (1, 2, 3):
        versions.get((number,), price_list)
    anew = price_list()

    assert versions.get((1,), lambda: anew) is anew
    assert versions.get((3,), lambda: anew) is not anew


def test_each_composition_remembers_its_own() -> None:
    mine, yours = price_list(), price_list()

    assert VersionCache().get((1,), lambda: mine) is mine
    assert VersionCache().get((1,), lambda: yours) is yours
