"""The doors before the system is ready."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import aiohttp

from infra.local.execution.lambdas import Lambdas
from infra.local.machine.ports import HOST, choose_ports
from infra.local.run.front import Front
from infra.local.template.model import System
from tests.integration.local.conftest import unmoved


async def before_and_after(tmp_path: Any) -> list[tuple[int, str | None, Any]]:
    ports = choose_ports("auto", tmp_path, 0)
    front = Front(System(), ports, cast(Lambdas, SimpleNamespace(invoke=None)), unmoved(tmp_path))  # nothing is invoked
    await front.open()
    seen = []
    try:
        async with aiohttp.ClientSession() as session:
            for port in (ports.gateway, *ports.services.values()):
                async with session.get(f"http://{HOST}:{port}/health") as answer:
                    seen.append((answer.status, answer.headers.get("Retry-After"), (await answer.json()).get("code")))
            front.let_in()
            async with session.get(f"http://{HOST}:{ports.gateway}/health") as answer:
                seen.append((answer.status, answer.headers.get("Retry-After"), await answer.json()))
    finally:
        await front.close()
    return seen


def test_until_everything_is_there_a_door_says_that_the_system_starts(tmp_path: Any) -> None:
    *before, after = asyncio.run(before_and_after(tmp_path))

    assert set(before) == {(503, "2", "starting")} and len(before) == 5
    assert after == (403, None, {"message": "Missing Authentication Token"})
