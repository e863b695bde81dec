"""Whether what the studio says of itself fits together, and where halls are by it."""

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from shared_schemas.booking.studio import Address, StudioCard, StudioRequest
from shared_schemas.errors import Locale, Text, Violation

REPEATED = Text("This is there twice", "Это указано дважды")
UNKNOWN = Text("The studio has no such address", "У студии нет такого адреса")


@dataclass(frozen=True)
class Place:
    """An address as a calendar has it; `latitude` and `longitude` come together, if at all."""

    text: str
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True)
class Whereabouts:
    """The addresses of the studio, and the halls that name one."""

    addresses: Mapping[UUID, Address]
    halls: Mapping[UUID, UUID]

    def of(self, hall_id: UUID, locale: Locale) -> Place | None:
        """Where a hall is: at the address that it names, or at the first; None where the studio tells none.

        In the language that is asked for, or else in the other."""
        first = next(iter(self.addresses), None)
        address = self.addresses.get(self.halls.get(hall_id, first)) if first else None
        if address is None:
            return None
        words = address.address
        text = (words.ru or words.en) if locale == "ru" else (words.en or words.ru)
        return Place(text or "", address.latitude, address.longitude)


def studio_violations(request: StudioRequest) -> list[Violation]:
    """What stands there twice, each by its place in the request."""
    ids = [address.id for address in request.addresses]
    documents = [(document.kind, document.version) for document in request.documents]
    return [
        *(_twice(f"addresses.{place}.id", "repeated_address") for place in _repeated(ids)),
        *(_twice(f"documents.{place}.version", "repeated_version") for place in _repeated(documents)),
        *(_twice(f"languages.{place}", "repeated_language") for place in _repeated(request.languages)),
    ]


def card(request: StudioRequest) -> StudioCard:
    """What is kept of a request: every address has an id. The store numbers it."""
    addresses = [
        Address(**{**dict(address), "id": address.id or uuid4()}) for address in request.addresses
    ]  # fmt: skip
    fields = {name: getattr(request, name) for name in StudioRequest.model_fields}
    return StudioCard(**{**fields, "addresses": addresses})


def halls_without(studio: StudioCard, halls: Mapping[UUID, Sequence[str]]) -> list[str]:
    """The names of halls whose address the studio does not have; `halls` by their address."""
    known = {address.id for address in studio.addresses}
    return sorted(name for address, names in halls.items() if address not in known for name in names)


def address_violations(address_id: UUID | None, studio: StudioCard) -> list[Violation]:
    """What is wrong with the address that a hall names."""
    if address_id is None or address_id in {address.id for address in studio.addresses}:
        return []
    return [Violation("address_id", "unknown_address", UNKNOWN, {"address_id": str(address_id)})]


def _twice(field: str, code: str) -> Violation:
    return Violation(field, code, REPEATED, {})


def _repeated(keys: Collection[Hashable]) -> Iterator[int]:
    """The places of what was there before; nothing is not."""
    seen: set[Hashable] = set()
    for place, key in enumerate(keys):
        if key is not None and key in seen:
            yield place
        seen.add(key)
