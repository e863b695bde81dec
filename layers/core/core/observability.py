"""One JSON log line per fact, with the flow's correlation id; metrics in CloudWatch's embedded format."""

import os
from threading import Lock
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter
from aws_lambda_powertools.metrics import MetricUnit

from core.context import active_flow

NAMESPACE = "Cyclorama"
# All metrics of a process are collected in one place: of two threads, one would flush what the other has begun.
EMITTING = Lock()


class FlowFormatter(LambdaPowertoolsFormatter):
    """Adds the running flow's ids to each line."""

    def serialize(self, log: dict[str, Any]) -> str:  # type: ignore[override]
        if flow := active_flow():
            log["correlation_id"] = flow.correlation_id
            log["causation_id"] = flow.causation_id
        return super().serialize(log)


logger = Logger(service=NAMESPACE, logger_formatter=FlowFormatter(), use_rfc3339=True, utc=True)


def service() -> str:
    """The service that this process belongs to."""
    return os.environ.get("SERVICE", "cyclorama")


def stack() -> str:
    """The stack that this process belongs to, as its bus is named: several may stand in one account."""
    return os.environ.get("EVENT_BUS") or "cyclorama"


def follow_environment() -> None:
    """Log under the name and from the level of the environment: at import, and again in a forked process."""
    logger.append_keys(service=service())
    logger.setLevel(os.environ.get("LOG_LEVEL") or "INFO")


follow_environment()


def count(name: str, value: float = 1, **dimensions: str) -> None:
    """Emit one metric at once; `dimensions` must have few possible values."""
    _emit(name, MetricUnit.Count, value, dimensions)


def seconds(name: str, value: float, **dimensions: str) -> None:
    """Emit a duration or an age at once."""
    _emit(name, MetricUnit.Seconds, value, dimensions)


def _emit(name: str, unit: MetricUnit, value: float, dimensions: dict[str, str]) -> None:
    with EMITTING:
        metrics = Metrics(namespace=NAMESPACE, service=service())
        metrics.add_dimension(name="stack", value=stack())
        for key, text in dimensions.items():
            metrics.add_dimension(name=key, value=text)
        metrics.add_metric(name=name, unit=unit, value=value)
        metrics.flush_metrics()
