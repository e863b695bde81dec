"""The route of contact details for other services."""

from gateway import composition
from gateway.api import api
from shared_schemas.accounts import PeopleRequest, Person
from shared_schemas.common import Page
from shared_schemas.search.people import PeopleSearch


@api.endpoint("POST /v1/contacts")
def list_contacts(body: PeopleRequest) -> Page[Person]:
    """Names, phones and e-mail addresses of many people at once, for the schedule; whoever was erased is left out."""
    return Page(data=composition.app().contacts.of(body.ids))


@api.endpoint("POST /v1/contacts/search")
def search_contacts(body: PeopleSearch) -> Page[Person]:
    """Some of the people who match, by name: for staff who look for a customer. Nothing changes."""
    return Page(data=composition.app().contacts.search(body))
