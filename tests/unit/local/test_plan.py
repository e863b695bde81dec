"""What is decided before anything starts."""

from pathlib import Path

import pytest

from infra.local.machine.settings import LocalSettings
from infra.local.plan.plan import make_plan


@pytest.mark.parametrize(("seconds", "expected"), [(4, {"4"}), (None, {"300", "360"})])
def test_queues_wait_for_consumers_that_died_as_long_as_is_wanted(
    tmp_path: Path, seconds: int | None, expected: set[str]
) -> None:
    settings = LocalSettings(state=tmp_path, ports="auto", visibility_seconds=seconds)
    queues = make_plan(settings).system.queues
    assert {queue.attributes["VisibilityTimeout"] for queue in queues} == expected


def test_whom_somebody_waits_for_has_its_full_priority(tmp_path: Path) -> None:
    """An operator waits for functions that nothing feeds, as clients do for those behind the API."""
    awaited = set(make_plan(LocalSettings(state=tmp_path, ports="auto")).lambda_options.urgent)
    assert {"BookingApi", "Migrator", "GatewayBootstrap"} <= awaited
    assert not {"BookingExpireHolds", "NotificationMessages"} & awaited


@pytest.mark.parametrize("more", ["", 'message_webhooks_url = "https://bots.studio.example"\n'])
def test_a_real_studio_tells_others_its_addresses_outside(tmp_path: Path, more: str) -> None:
    told = tmp_path / "studio.toml"
    told.write_text(f'webhooks_url = "https://pay.studio.example"\n{more}')
    told.chmod(0o600)

    plan = make_plan(LocalSettings(state=tmp_path, ports="auto", installation=told))

    stored = plan.values.stored_parameters(plan.system.parameters)
    assert stored["/cyclorama/webhooks-url"] == "https://pay.studio.example"
    door = plan.endpoints.service_urls["notification"]
    assert stored["/cyclorama/message-webhooks-url"] == ("https://bots.studio.example" if more else door)
