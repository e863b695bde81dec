"""The gateway's scheduled jobs."""

from core.events.outbox_job import relaying
from gateway import composition

relay_outbox = relaying(lambda: composition.app().outbox_job)
