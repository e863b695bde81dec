"""Routes by which administrators give keys to programs, and take them back."""

from uuid import UUID

from core.identity import Identity
from gateway import composition
from gateway.api import api
from gateway.api_keys.errors import ApiKeyNotFoundError, TooManyApiKeysError
from shared_schemas.api_keys import ApiKey, ApiKeyRequest, NewApiKey
from shared_schemas.common import Page
from shared_schemas.errors import RuleViolationError


@api.endpoint("GET /v1/api-keys")
def list_api_keys() -> Page[ApiKey]:
    """All API keys, newest first: revoked ones and those that have ended, too."""
    return Page(data=composition.app().api_keys.list(), next_cursor=None)


@api.endpoint("POST /v1/api-keys", status=201, errors=[RuleViolationError, TooManyApiKeysError])
def create_api_key(body: ApiKeyRequest, identity: Identity) -> NewApiKey:
    """Make a key for a program, which sends it as `Authorization: Bearer cyk_…`. The key is shown once.

    It may do what a manager may, as far as its scopes go."""
    return composition.app().api_keys.create(body, identity.user_id)


@api.endpoint("DELETE /v1/api-keys/{api_key_id}", status=204, errors=[ApiKeyNotFoundError])
def revoke_api_key(api_key_id: UUID, identity: Identity) -> None:
    """Revoke a key at once."""
    composition.app().api_keys.revoke(api_key_id, identity.user_id)
