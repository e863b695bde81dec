"""Functions' output made readable."""

from pathlib import Path

import pytest

from infra.local.logs import ServiceLogs, readable


@pytest.mark.parametrize(
    ("line", "level", "text"),
    [
        ('{"level":"INFO","message":"Paid","service":"payment","amount":5}', 20, "Paid amount=5"),
        ('{"level":"ERROR","message":"No","exception":"Traceback …"}', 40, "No\nTraceback …"),
        ('{"level":"INFO","message":{"a":1},"name":"two words"}', 20, '{"a": 1} name="two words"'),
        ("[ERROR]\u00a0ValueError: no\r  File", 40, "[ERROR] ValueError: no\n  File"),
        ("plain", 20, "plain"),
        ('{"not": "a log line"}', 20, '{"not": "a log line"}'),
        ("{broken", 20, "{broken"),
    ],
)
def test_lines_become_text_with_a_level(line: str, level: int, text: str) -> None:
    assert readable(line) == (level, text)


def test_metrics_are_for_machines() -> None:
    assert readable('{"_aws": {}, "Count": 1}')[0] == 10


def test_each_service_has_a_file_without_what_is_below_the_level(tmp_path: Path) -> None:
    logs = ServiceLogs(tmp_path, "INFO")
    logs.write("booking", "BookingApi", '{"level":"INFO","message":"Held"}')
    logs.write("booking", "BookingApi", '{"level":"DEBUG","message":"Noise"}')
    logs.close()

    content = (tmp_path / "booking.log").read_text()
    assert "INFO    BookingApi: Held" in content
    assert "Noise" not in content
    assert "Held" in logs.tail("booking")
