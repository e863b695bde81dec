"""The authoriser's cold start is everybody's."""

import subprocess
import sys

from tests.support.waiting import PATIENCE_SECONDS

HEAVY = ("sqlalchemy", "pg8000", "chalice", "boto3", "botocore.client", "argon2", "urllib3")


def test_the_authoriser_imports_neither_framework_nor_driver() -> None:
    script = "import sys; import gateway.authorizer; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", script],
        env={"PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=True,
    )
    modules = set(loaded.stdout.split())
    assert "gateway.authorizer" in modules
    assert {name for name in HEAVY if name in modules} == set()
