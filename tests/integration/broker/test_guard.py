"""Whichever broker runs, no page of another site reads its secrets."""

import pytest
import urllib3

from tests.support.waiting import PATIENCE_SECONDS

LIST = {"X-Amz-Target": "secretsmanager.ListSecrets", "Content-Type": "application/x-amz-json-1.1"}
# Programs sign; what is not signed for Secrets Manager, some brokers take for something else.
SIGNED = {
    "Authorization": (
        "AWS4-HMAC-SHA256 Credential=local/20261201/us-east-1/secretsmanager/aws4_request, SignedHeaders=host, "
        "Signature=0"
    )
}


@pytest.mark.parametrize("stranger", [{"Origin": "https://evil.example"}, {"Host": "evil.example"}])
def test_a_page_elsewhere_reads_no_secret(endpoint: str, stranger: dict[str, str]) -> None:
    with urllib3.PoolManager(timeout=PATIENCE_SECONDS, retries=False) as http:
        ours = http.request("POST", endpoint, body=b"{}", headers=LIST | SIGNED)
        theirs = http.request("POST", endpoint, body=b"{}", headers=LIST | SIGNED | stranger)
        asked_before = http.request("OPTIONS", endpoint, headers=stranger | {"Access-Control-Request-Method": "POST"})

    assert (ours.status, ours.json()["SecretList"]) == (200, [])
    for answer in (theirs, asked_before):
        assert (answer.status, answer.json()["code"]) == (403, "foreign_request")
        assert "Access-Control-Allow-Origin" not in answer.headers
