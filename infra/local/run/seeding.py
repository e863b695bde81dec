"""Fills a fresh system with the demo studio, through its own API, in a process of its own."""

import asyncio
import os
import sys
from importlib.util import find_spec

from infra.local.machine.logs import log
from infra.local.machine.region import REGION
from infra.local.machine.settings import ROOT
from infra.local.plan.plan import Plan

MODULE = "infra.local.demo.seed"
# On a busy machine it takes a minute; what takes so long hangs.
SEED_SECONDS = 180
HUNG = 124
ATTEMPTS = 3
"""A machine that is too busy for a function's time-out may be less so a moment later."""


async def seed(plan: Plan) -> bool:
    """Run the seed unless this state has been seeded; returns whether the demo studio is there."""
    marker = plan.settings.state / "seeded"
    if not plan.settings.seed or find_spec(MODULE) is None:
        return False
    if marker.exists() and plan.postgres:
        return True
    path = plan.settings.logs / "seed.log"
    for attempt in range(1, ATTEMPTS + 1):
        ended, output = await _once(plan)
        path.write_bytes(output)
        if ended == 0:
            marker.touch()
            return True
        lines = output.decode(errors="replace").splitlines() or ["no output"]
        log.error("The demo studio could not be created, try %d of %d: %s (see %s)", attempt, ATTEMPTS, lines[-1], path)
        if ended == HUNG:
            break
    return False


async def _once(plan: Plan) -> tuple[int, bytes]:
    """How it ended, and what it printed; what is there already it leaves alone."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        MODULE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=seed_environment(plan),
        cwd=ROOT,
    )
    try:
        output, _ = await asyncio.wait_for(process.communicate(), SEED_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()
        return HUNG, f"it took longer than {SEED_SECONDS} s".encode()
    return process.returncode or 0, output


def seed_environment(plan: Plan) -> dict[str, str]:
    """The addresses, and credentials that any local AWS endpoint takes."""
    endpoints = plan.endpoints
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "CYCLORAMA_STATE": str(plan.settings.state),
        "CYCLORAMA_API_URL": endpoints.api_url,
        "CYCLORAMA_LAMBDA_URL": endpoints.lambda_endpoint,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
    }
