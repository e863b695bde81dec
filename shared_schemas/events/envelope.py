"""What events have in common: the envelope they travel in, and the registry of their types."""

from typing import Any, ClassVar, Literal, Self
from uuid import UUID, uuid4

from pydantic import Field

from shared_schemas.common import Contract, Instant

Service = Literal["gateway", "booking", "payment", "integration", "notification"]

REGISTRY: dict[tuple[str, int], type["EventData"]] = {}


class EventData(Contract):
    """What happened. A subclass names its `type` and `version` and so enters the registry."""

    type: ClassVar[str] = ""
    version: ClassVar[int] = 1

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        if cls.type:
            REGISTRY[cls.type, cls.version] = cls


class Envelope(Contract):
    """An event as it is sent; `correlation_id` names the whole flow, `causation_id` the direct cause."""

    id: UUID = Field(default_factory=uuid4)
    type: str
    version: int = Field(ge=1)
    time: Instant
    source: Service
    correlation_id: str = Field(min_length=1, max_length=128)
    causation_id: str | None = None
    data: dict[str, Any]

    @classmethod
    def wrap(
        cls, data: EventData, *, time: Instant, source: Service, correlation_id: str, causation_id: str | None
    ) -> Self:
        return cls(
            type=data.type,
            version=data.version,
            time=time,
            source=source,
            correlation_id=correlation_id,
            causation_id=causation_id,
            data=data.model_dump(mode="json"),
        )

    def payload(self) -> EventData:
        """The typed data; raises `UnknownEventError` for a type or version that is not registered."""
        try:
            model = REGISTRY[self.type, self.version]
        except KeyError:
            raise UnknownEventError(f"{self.type} v{self.version} is not registered") from None
        return model.model_validate(self.data)


class UnknownEventError(LookupError):
    """An event type or version that this code does not know."""
