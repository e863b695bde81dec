"""What nobody could handle, for an operator to see."""

from integration.ports import DeadLetters
from shared_schemas.integration import DeadLetterQueue


class DeadLetterWatch:
    """Looks into the dead-letter queues."""

    def __init__(self, queues: DeadLetters) -> None:
        self._queues = queues

    def depths(self) -> list[DeadLetterQueue]:
        """The fullest queue first."""
        return sorted(self._queues.depths(), key=lambda queue: (-queue.messages - queue.in_flight, queue.name))
