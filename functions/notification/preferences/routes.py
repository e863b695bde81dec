"""Routes of which messages people want."""

from chalice import Response

from core.identity import Identity
from notification import composition
from notification.api import api
from notification.preferences.errors import LeaveLinkError
from notification.preferences.page import broken_link, page
from shared_schemas.errors import Locale
from shared_schemas.messages.preferences import LeaveQuery, Preferences, PreferencesReplacement
from shared_schemas.texts import SecretName


@api.endpoint("GET /v1/me/preferences")
def get_my_preferences(identity: Identity) -> Preferences:
    """Which messages you get on which channel. Advertising is a consent of its own: `GET /v1/me/consents`."""
    return composition.app().preferring.of(identity.user_id, staff=identity.is_staff)


@api.endpoint("PUT /v1/me/preferences")
def replace_my_preferences(body: PreferencesReplacement, identity: Identity) -> Preferences:
    """Leave kinds of messages on some channels; whatever is not named is sent. What a visit needs cannot be left."""
    return composition.app().preferring.replace(identity.user_id, body, staff=identity.is_staff)


@api.endpoint("GET /v1/unsubscribe/{token}", errors=[LeaveLinkError], media_type="text/html")
def look_at_leave_link(token: SecretName, locale: Locale) -> Response:
    """The page behind a link that leaves messages. To look at it changes nothing: programs that check mail do so."""
    try:
        return page(*composition.app().preferring.looked_at(token), locale)
    except LeaveLinkError as error:
        return _told(error, locale)


@api.endpoint("POST /v1/unsubscribe/{token}", errors=[LeaveLinkError], media_type="text/html")
def leave_messages(token: SecretName, query: LeaveQuery, locale: Locale) -> Response:
    """Leave the messages that the link is for, at once (RFC 8058); with `again` take that back."""
    try:
        return page(*composition.app().preferring.leave(token, again=query.again), locale)
    except LeaveLinkError as error:
        return _told(error, locale)


def _told(error: LeaveLinkError, locale: Locale) -> Response:
    """A page for people, a problem for programs."""
    if "text/html" in (api.app.current_request.headers.get("accept") or ""):
        return broken_link(error, locale)
    raise error
