"""The same system on a database and an AWS endpoint that were there before it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import urllib3

from infra.local.postgres import PostgresServer
from tests.support.database import free_port
from tests.support.system.whole import running_system
from tests.support.waiting import PATIENCE_SECONDS, eventually


@contextmanager
def aws_endpoint(directory: Path) -> Iterator[str]:
    """An endpoint that speaks the AWS API, started by nobody but the test."""
    port = free_port()
    environment = {"GATEWAY_PORT": str(port), "BIND_HOST": "127.0.0.1", "MINISTACK_HOST": "127.0.0.1"}
    environment |= {"PERSIST_STATE": "0", "STATE_DIR": str(directory), "IOT_MTLS_ENABLED": "0"}
    with (directory / "aws.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "ministack"], env=os.environ | environment, stdout=log, stderr=log
        )
    try:
        url = f"http://127.0.0.1:{port}"
        wait_until_healthy(f"{url}/_localstack/health")
        yield url
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def wait_until_healthy(url: str) -> None:
    def healthy() -> bool:
        try:
            return pool.request("GET", url).status == 200
        except urllib3.exceptions.HTTPError:
            return False

    with urllib3.PoolManager(timeout=1, retries=False) as pool:
        eventually(healthy)


def test_database_url_and_aws_endpoint_url_replace_our_own(tmp_path: Path) -> None:
    with (
        PostgresServer(tmp_path / "postgres", free_port()) as server,
        aws_endpoint(tmp_path) as aws,
        running_system(tmp_path / "state", DATABASE_URL=server.url, AWS_ENDPOINT_URL=aws) as system,
    ):
        customer = system.customer()
        booking = customer.book(system.slot())
        payment = customer.start_payment(booking)
        customer.api.form(payment["confirmation_url"], action="pay")

        eventually(lambda: customer.booking_if(booking, "confirmed"))

        assert system.endpoints.aws_endpoint == aws
        confirmed = server.execute("SELECT id::text FROM booking.bookings WHERE status = 'confirmed'", "cyclorama")
        assert confirmed == [(booking["id"],)]
