"""Asks the system how it is once it has started."""

import aiohttp

HEALTH_SECONDS = 10


async def unhealthy(url: str, seconds: float = HEALTH_SECONDS) -> str:
    """What is wrong, by the answer of `url` or for want of one; nothing where all is well."""
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=seconds)) as session,
            session.get(url) as response,
        ):
            return "" if response.status == 200 else f"{response.status} {await response.text()}"
    except TimeoutError:
        return f"no answer within {seconds} s"
    except aiohttp.ClientError as error:
        return f"no answer: {error}"
