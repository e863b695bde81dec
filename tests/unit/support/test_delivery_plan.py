"""Faults of the delivery test repeat with their seed, and leave no kind out."""

from collections import Counter

from tests.support.stories.delivery.plan import KINDS, plan

FUNCTIONS = ["Api", "Relay", "Consumer"]
QUEUES = ["event-log", "messages"]


def test_a_seed_repeats_its_plan_and_another_makes_another() -> None:
    assert plan("1", 60, FUNCTIONS, QUEUES) == plan("1", 60, FUNCTIONS, QUEUES)
    assert plan("1", 60, FUNCTIONS, QUEUES) != plan("2", 60, FUNCTIONS, QUEUES)


def test_every_kind_comes_as_often_as_it_must_however_short_the_run() -> None:
    for stories in (1, 60, 400):
        kinds = Counter(injection.kind for injection in plan("1", stories, FUNCTIONS, QUEUES))
        assert all(kinds[kind] >= least for kind, (least, _) in KINDS.items())


def test_a_longer_run_has_more_go_wrong() -> None:
    assert len(plan("1", 400, FUNCTIONS, QUEUES)) > len(plan("1", 10, FUNCTIONS, QUEUES))


def test_faults_are_spread_over_the_stories_and_every_function_dies() -> None:
    planned = plan("1", 60, FUNCTIONS, QUEUES)

    after = [injection.after for injection in planned]
    assert after == sorted(after)
    assert 0 < after[0] < 5
    assert 50 < after[-1] < 60
    assert {i.target for i in planned if i.kind == "kill a function"} == set(FUNCTIONS)
    assert {i.target for i in planned if i.kind == "poison"} <= set(QUEUES)
