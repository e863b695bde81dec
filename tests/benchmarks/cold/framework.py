"""The least that a function on these libraries can take: it does nothing."""

import aws_lambda_powertools.metrics
import chalice
import pg8000
import pydantic.types
import pydantic_settings
import sqlalchemy.dialects.postgresql.pg8000
import urllib3

USED = (aws_lambda_powertools, chalice, pg8000, pydantic, pydantic_settings, sqlalchemy, urllib3)


def handler(_event: object, _context: object) -> dict[str, int]:
    return {"statusCode": 200}
