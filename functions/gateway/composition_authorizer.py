"""The composition of the authoriser, which must not import SQLAlchemy as that of the other functions does."""

from functools import cache

from core.postgres.asking import Asking
from core.settings import load_settings
from gateway.api_keys.standing_repository import KeyHolders
from gateway.keys.token_keys import TokenKeys
from gateway.second_factor.standing_repository import FactorStandings
from gateway.sessions.standing_repository import Standings
from gateway.sessions.verdict import Authorizer
from gateway.settings import AuthorizerSettings


@cache
def authorizer() -> Authorizer:
    settings = load_settings(AuthorizerSettings)
    asking = Asking(settings)
    standings = Standings(asking)
    return Authorizer(
        TokenKeys(settings.token_keys),
        standings.role,
        KeyHolders(asking).holder,
        standings.is_client,
        FactorStandings(asking, settings.staff_second_factor).lacks,
    )
