"""The token for RDS is the very one that boto3 makes, without boto3."""

import subprocess
import sys
from datetime import UTC, datetime
from urllib.parse import parse_qs

import boto3

from core.aws.credentials import Credentials
from core.postgres.iam_token import iam_token
from tests.support.runs.table import each

HOST, PORT, USER = "cyclorama.abc.eu-central-1.rds.amazonaws.com", 5432, "cyclorama_booking"
# As Lambda sets them, made up; a session's token has letters that must be written otherwise in a URL.
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "ASIAEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "secret/of+nobody",
    "AWS_REGION": "eu-central-1",
}
SESSIONS = {"of a role": {"AWS_SESSION_TOKEN": "IQoJb3JpZ2lu/+=="}, "of a user": {}}


def botocore_token(environment: dict[str, str]) -> str:
    session = boto3.Session(
        environment["AWS_ACCESS_KEY_ID"],
        environment["AWS_SECRET_ACCESS_KEY"],
        environment.get("AWS_SESSION_TOKEN"),
        environment["AWS_REGION"],
    )
    return str(session.client("rds").generate_db_auth_token(HOST, PORT, USER))


@each("session", SESSIONS.values(), ids=str)
def test_it_is_the_token_of_boto3(session: dict[str, str]) -> None:
    environment = {**CREDENTIALS, **session}
    theirs = botocore_token(environment)
    (at,) = parse_qs(theirs)["X-Amz-Date"]
    moment = datetime.strptime(at, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    by = Credentials("ASIAEXAMPLE", "secret/of+nobody", session.get("AWS_SESSION_TOKEN"))
    ours = iam_token(HOST, PORT, USER, "eu-central-1", by, moment)
    assert ours.partition("?")[0] == theirs.partition("?")[0]
    assert parse_qs(ours.partition("?")[2]) == parse_qs(theirs.partition("?")[2])


def test_signing_in_imports_no_client_of_aws() -> None:
    script = (
        "import os, sys; from tests.support.database import ServiceSettings; from core.postgres.sign_in import SignIn\n"
        "url = 'postgresql://cyclorama_booking@db.example:5432/cyclorama'\n"
        "word = SignIn(ServiceSettings('booking', url, True), 15).arguments()['password']\n"
        "assert 'X-Amz-Signature' in word\n"
        "assert not {'boto3', 'botocore'} & set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**CREDENTIALS, "PYTHONPATH": "functions:layers/core:."},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
