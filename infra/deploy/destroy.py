"""Removes a stack, and says what stays."""

from collections.abc import Callable

from botocore.exceptions import ClientError, WaiterError

from infra.deploy.account import ABSENT, Clients, code, stack_state
from infra.deploy.credentials import Tell
from infra.deploy.rollout import RolloutError
from infra.deploy.target import Target

STAYS = (
    "a last snapshot of the database, which costs what its storage costs",
    "the bucket of photos, for they are the studio's own",
    "the studio's own key, where it has one: photos are read with it, and it costs a dollar a month",
    "API Gateway's permission to log, which all APIs of the account share",
)
# The database alone takes a quarter of an hour.
PATIENCE = {"Delay": 15, "MaxAttempts": 240}
AT_ONCE = {"ApplyImmediately": True}


def destroy(target: Target, aws: Clients, tell: Tell, sure: str) -> None:
    """The stack is removed if `sure` repeats its name; otherwise it is said what would be."""
    state = stack_state(aws, target.stack)
    if not state:
        tell(f"there is no stack {target.stack} in {target.region}")
        return
    for what in STAYS:
        tell(f"stays: {what}")
    if sure != target.stack:
        raise RolloutError(f"nothing was removed: say SURE={target.stack} to remove the stack, which is {state}")
    _unprotect(target, aws, tell)
    aws("cloudformation").delete_stack(StackName=target.stack)
    tell("the stack is being removed, which takes about 20 minutes")
    try:
        aws("cloudformation").get_waiter("stack_delete_complete").wait(StackName=target.stack, WaiterConfig=PATIENCE)
    except WaiterError as error:
        raise RolloutError(f"the stack is not gone: {error}. Run the same command again") from error
    tell("the stack is gone")


def _unprotect(target: Target, aws: Clients, tell: Tell) -> None:
    """A database that is protected would end the removal half way, be it an instance or a cluster."""
    rds = aws("rds")
    ways: tuple[Callable[[], object], ...] = (
        lambda: rds.modify_db_instance(DBInstanceIdentifier=target.stack, DeletionProtection=False, **AT_ONCE),
        lambda: rds.modify_db_cluster(DBClusterIdentifier=target.stack, DeletionProtection=False, **AT_ONCE),
    )
    for unprotect in ways:
        try:
            unprotect()
        except ClientError as error:
            if code(error) not in ABSENT:
                raise
        else:
            tell("the database is not protected from deletion any more")
