"""A day of the staff: everything that they may change is changed once, through the whole API."""

from tests.support.staff_day.accounts import Accounts
from tests.support.staff_day.companies import Companies
from tests.support.staff_day.money import Money
from tests.support.staff_day.operations import Operations
from tests.support.staff_day.people import People
from tests.support.staff_day.visits import Visits


class StaffDay(Visits, Money, Companies, Operations, People, Accounts):
    """All its chapters."""

    def whole(self) -> None:
        hall = self.catalogue()
        self.photos(hall)
        self.imports()
        self.terms()
        self.calendar(hall)
        self.visits(hall)
        self.groups(hall)
        self.money(hall)
        self.held_money(hall)
        self.companies()
        self.customers()
        self.failures()
        self.webhooks()
        self.messages()
        self.texts()
        self.programs()
        self.colleagues()
        self.passwords()
        self.second_factors()
        self.myself()
