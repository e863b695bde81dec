"""Which answers are compressed."""

import gzip

import pytest

from infra.local.doors.compression import compressed
from infra.local.doors.request import Request, Response

ANSWER = Response(200, (("Content-Type", "application/json"),), b"x" * 1000)


def asked(accepted: str | None) -> Request:
    headers = () if accepted is None else (("Accept-Encoding", accepted),)
    return Request("GET", "/", "", headers, b"", "10.0.0.9", 5000)


@pytest.mark.parametrize(
    "accepted",
    ["gzip", "GZIP, br", "deflate, gzip, br, zstd", "deflate, gzip;q=0.1", "gzip;q=1.0, identity", "br;q=0.5, gzip"],
)
def test_gzip_is_sent_to_those_who_take_it(accepted: str) -> None:
    answer = compressed(asked(accepted), ANSWER, 1000)

    assert ("Content-Encoding", "gzip") in answer.headers
    assert gzip.decompress(answer.body) == ANSWER.body


@pytest.mark.parametrize(
    "accepted", [None, "", "br", "gzip;q=0", "gzip; q=0.0", "identity", "*", "br, gzip", "deflate", "gzip;q=0.5, br"]
)
def test_all_others_get_it_as_it_is(accepted: str | None) -> None:
    assert compressed(asked(accepted), ANSWER, 1000) == ANSWER


def test_small_answers_and_encoded_ones_stay_as_they_are() -> None:
    encoded = Response(200, (("content-encoding", "br"),), ANSWER.body)

    assert compressed(asked("gzip"), ANSWER, 1001) == ANSWER
    assert compressed(asked("gzip"), ANSWER, None) == ANSWER
    assert compressed(asked("gzip"), encoded, 1) == encoded
