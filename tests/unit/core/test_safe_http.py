"""Where nobody can make us go: every way that is known to write an address of our own side."""

from collections.abc import Iterator
from ipaddress import ip_address

import pytest

from core.safe_http import ForbiddenAddressError, NoAnswerError, OutsideClient, is_public

PUBLIC = ["93.184.216.34", "8.8.8.8", "2606:2800:220:1::1", "::ffff:93.184.216.34", "64:ff9b::5db8:d822"]
OURS = {
    "this machine": ["127.0.0.1", "127.255.255.254", "::1", "0.0.0.0", "0.1.2.3", "::"],  # noqa: S104
    "private": ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fd00::1", "fc00::1", "fec0::1"],
    "the cloud's metadata": ["169.254.169.254", "169.254.170.2", "fd00:ec2::254", "100.100.100.200"],
    "link-local": ["169.254.0.1", "fe80::1", "fe80::1%2"],
    "shared, tests, documentation": ["100.64.0.1", "198.18.0.1", "192.0.2.1", "203.0.113.1", "2001:db8::1", "3fff::1"],
    "reserved": ["240.0.0.1", "255.255.255.255", "192.0.0.8", "192.88.99.1", "5f00::1", "100::1"],
    "to many": ["224.0.0.1", "239.255.255.250", "ff02::1", "ff0e::1"],
    "IPv4 in IPv6, mapped": ["::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:a00:1"],
    "IPv4 in IPv6, compatible": ["::127.0.0.1", "::169.254.169.254", "::a00:1"],
    "IPv4 in IPv6, translated": ["::ffff:0:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::7f00:1"],
    "IPv4 in IPv6, tunnels": ["2002:7f00:1::", "2002:a9fe:a9fe::1", "2001:0:4136:e378:8000:63bf:5601:5601"],
}


@pytest.mark.parametrize("address", PUBLIC)
def test_anybody_may_mean_these(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(("kind", "address"), [(kind, one) for kind, addresses in OURS.items() for one in addresses])
def test_nobody_outside_may_mean_these(kind: str, address: str) -> None:
    assert not is_public(ip_address(address)), kind


def resolving(*answers: list[str]) -> OutsideClient:
    """A client whose resolver gives these answers, one after another, and no more."""
    left: Iterator[list[str]] = iter(answers)
    return OutsideClient(private_addresses=False, resolve=lambda _host, _port: next(left))


@pytest.mark.parametrize("found", [["10.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["10.0.0.1", "8.8.8.8"], ["8.8.8.8", "::1"]])
def test_one_forbidden_address_is_enough(found: list[str]) -> None:
    for call in (
        lambda: resolving(found).check("https://shop.test/"),
        lambda: resolving(found).exchange("POST", "https://shop.test/", {}, b"{}"),
    ):
        with pytest.raises(ForbiddenAddressError) as refused:
            call()
        assert refused.value.host == "shop.test"


def test_what_was_public_when_it_was_checked_is_checked_again_when_it_is_called() -> None:
    rebinding = resolving(["8.8.8.8"], ["169.254.169.254"])
    rebinding.check("https://shop.test/")
    with pytest.raises(ForbiddenAddressError):
        rebinding.exchange("POST", "https://shop.test/", {}, b"{}")


def test_a_name_without_addresses_leads_nowhere() -> None:
    with pytest.raises(NoAnswerError):
        resolving([]).exchange("GET", "https://shop.test/", {})


@pytest.mark.parametrize("failure", [OSError("no such host"), UnicodeError("label too long")])
def test_a_name_that_cannot_be_looked_up_leads_nowhere(failure: Exception) -> None:
    def resolve(_host: str, _port: int) -> list[str]:
        raise failure

    with pytest.raises(NoAnswerError) as failed:
        OutsideClient(False, resolve).check("https://shop.test/secret-path")
    assert "secret-path" not in failed.value.reason


@pytest.mark.parametrize(
    "url",
    [
        "ftp://shop.test/",
        "file:///etc/passwd",
        "gopher://shop.test/",
        "//shop.test/",
        "https://user@shop.test/",
        "https://8.8.8.8\\@127.0.0.1/",
        "https:///x",
        "https://shop.test:0/",
        "https://shop.test:99999/",
        "https://[::1/",
        "https://магазин.test/",
    ],
)
def test_addresses_that_can_be_read_in_two_ways_are_not_read_at_all(url: str) -> None:
    with pytest.raises(ForbiddenAddressError):
        OutsideClient(True, lambda _host, _port: ["8.8.8.8"]).check(url)
