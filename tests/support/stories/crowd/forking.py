"""Processes for a crowd: forked from a server that has imported everything, as interpreters need not do so anew."""

import multiprocessing
from multiprocessing.context import ForkServerContext

PRELOADED = ["tests.support.stories.crowd.process", "tests.support.stories.crowd.racer"]


def crowded() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    return context
