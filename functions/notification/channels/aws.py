"""Calls to AWS's own providers: what an error says about the message."""

from collections.abc import Iterator
from contextlib import contextmanager

from core.observability import logger
from notification.errors import PermanentDeliveryError, TransientDeliveryError, UnknownDeliveryError


@contextmanager
def refusals(name: str, permanent: frozenset[str]) -> Iterator[None]:
    """Turns errors of boto3 into those of a delivery; of the service's codes those in `permanent` are final."""
    # Importing botocore takes 0.2 s; only sending should pay for it.
    from botocore import exceptions as aws
    from botocore.parsers import ResponseParserError

    try:
        yield
    except aws.ClientError as error:
        code = str(error.response["Error"]["Code"])
        logger.warning("AWS refused a message", provider=name, code=code)
        if code in permanent:
            raise PermanentDeliveryError(f"{name}_{code}") from error
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400)
        broken = status >= 500 and status != 503
        raise (UnknownDeliveryError if broken else TransientDeliveryError)(f"{name}_{code}") from error
    except (aws.ReadTimeoutError, aws.ConnectionClosedError, ResponseParserError) as error:
        raise UnknownDeliveryError(f"{name}_{type(error).__name__}") from error
    except aws.BotoCoreError as error:
        raise TransientDeliveryError(f"{name}_{type(error).__name__}") from error
