"""A stack is removed with its database, whichever kind that is, though it is protected."""

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from infra.deploy.destroy import _unprotect
from infra.deploy.target import target

LOFT = target("loft", "dev")
UNPROTECTED = {"DeletionProtection": False, "ApplyImmediately": True}


def stubbed() -> tuple[Any, Stubber]:
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    client = boto3.client("rds", region_name="eu-central-1", **keys)  # type: ignore[call-overload]
    return client, Stubber(client)


def unprotect(client: Any, stub: Stubber) -> list[str]:
    told: list[str] = []
    with stub:
        _unprotect(LOFT, lambda _: client, told.append)
        stub.assert_no_pending_responses()
    return told


def test_an_instance_is_not_protected_any_more() -> None:
    client, stub = stubbed()
    stub.add_response("modify_db_instance", {}, {"DBInstanceIdentifier": "loft", **UNPROTECTED})
    stub.add_client_error("modify_db_cluster", "DBClusterNotFoundFault")
    assert len(unprotect(client, stub)) == 1


def test_a_cluster_is_not_protected_any_more() -> None:
    client, stub = stubbed()
    stub.add_client_error("modify_db_instance", "DBInstanceNotFound")
    stub.add_response("modify_db_cluster", {}, {"DBClusterIdentifier": "loft", **UNPROTECTED})
    assert len(unprotect(client, stub)) == 1


def test_a_stack_without_a_database_is_removed_as_well_and_a_refusal_is_told() -> None:
    client, stub = stubbed()
    stub.add_client_error("modify_db_instance", "DBInstanceNotFound")
    stub.add_client_error("modify_db_cluster", "DBClusterNotFoundFault")
    assert unprotect(client, stub) == []
    client, stub = stubbed()
    stub.add_client_error("modify_db_instance", "AccessDenied")
    with pytest.raises(ClientError):
        unprotect(client, stub)
