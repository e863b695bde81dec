"""Calls to AWS's own providers: what an error says about the message."""

from collections.abc import Iterator
from contextlib import contextmanager

from core.observability import logger
from notification.errors import DeliveryError, PermanentDeliveryError, TransientDeliveryError, UnknownDeliveryError

# An account in SES's sandbox refuses every address that was not verified by the same code as a message that it finds
# harmful; only the words differ. The message waits until AWS has let the account out.
SANDBOX = "not verified"


@contextmanager
def refusals(name: str, permanent: frozenset[str]) -> Iterator[None]:
    """Turns errors of boto3 into those of a delivery; of the service's codes those in `permanent` are final."""
    # Importing botocore takes 0.2 s; only sending should pay for it.
    from botocore import exceptions as aws
    from botocore.parsers import ResponseParserError

    try:
        yield
    except aws.ClientError as error:
        told = error.response["Error"]
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400)
        raise refused(name, permanent, status, str(told["Code"]), str(told.get("Message", ""))) from error
    except (aws.ReadTimeoutError, aws.ConnectionClosedError, ResponseParserError) as error:
        raise UnknownDeliveryError(f"{name}_{type(error).__name__}") from error
    except aws.BotoCoreError as error:
        raise TransientDeliveryError(f"{name}_{type(error).__name__}") from error


def refused(name: str, permanent: frozenset[str], status: int, code: str, words: str) -> DeliveryError:
    """What an answer of that status says about the message; `code` and `words` are the service's own."""
    in_sandbox = SANDBOX in words
    logger.warning("AWS refused a message", provider=name, code=code, in_sandbox=in_sandbox)
    if code in permanent and not in_sandbox:
        return PermanentDeliveryError(f"{name}_{code}")
    broken = status >= 500 and status != 503
    return (UnknownDeliveryError if broken else TransientDeliveryError)(f"{name}_{code}")
