"""Each visit to a hall costs a fee for cleaning it."""

from tests.support.recipes.recipe import Recipe
from tests.support.recipes.tree import Tree

CONTRACT = "shared_schemas/booking/prices.py"
RULE = '''class CleaningFee(Contract):
    """What is paid once for each visit to a hall; one for the hall counts before one for every hall."""

    hall_id: UUID | None = None
    amount: SellingPrice


class TariffVersionRequest'''
CODE = "functions/booking/prices/adjustments.py"
FEE = """def _cleaning(hall: Hall, fees: Sequence[CleaningFee]) -> Iterator[PriceAdjustment]:
    fee = _strictest(hall, fees, lambda fee: fee.amount.amount, MAX_PRICE)
    if fee:
        yield _adjustment("cleaning", hall.name, fee.amount.amount, hall_id=hall.id)


def _add_on("""
LIST = "functions/booking/prices/price_list.py"
PAGE = "docs/prices.md"
COMPLETE = "tests/contract/test_price_rules.py"


def contract(tree: Tree) -> None:
    tree.edit(CONTRACT, '"birthday", "add_on"', '"birthday", "cleaning", "add_on"')
    tree.edit(CONTRACT, "class TariffVersionRequest", RULE)
    drafted = "    durations: list[DurationTier] | None = Field(default=None, max_length=200)\n"
    tree.edit(
        CONTRACT, drafted, f"{drafted}    cleaning: list[CleaningFee] | None = Field(default=None, max_length=200)\n"
    )
    held = "    durations: list[DurationTier] = Field(default=[])\n"
    tree.edit(CONTRACT, held, f"{held}    cleaning: list[CleaningFee] = Field(default=[])\n")


def amount(tree: Tree) -> None:
    tree.edit(CODE, "    BirthdayRule,\n", "    BirthdayRule,\n    CleaningFee,\n")
    tree.edit(CODE, 'TypeVar("Rule", HeadcountRule, ', 'TypeVar("Rule", CleaningFee, HeadcountRule, ')
    tree.edit(CODE, "Rule = TypeVar", "MAX_PRICE = 2**31\nRule = TypeVar")
    own = "        found += _of_hall(hall, people, cells, amounts[hall.id], prices.headcount, chosen[hall.id])\n"
    tree.edit(CODE, own, f"{own}        found += _cleaning(hall, prices.cleaning)\n")
    tree.edit(CODE, "def _add_on(", FEE)


def sense(tree: Tree) -> None:
    tree.edit(LIST, "prices.notices, prices.birthdays\n", "prices.notices, prices.birthdays, prices.cleaning\n")
    tree.edit(
        LIST,
        "    return [*seasons, *ids, *crowds, *tiers, ",
        '    fees = _thresholds("cleaning", "hall_id", [(fee.hall_id, 0) for fee in prices.cleaning])\n'
        "    return [*seasons, *ids, *crowds, *tiers, *fees, ",
    )


def page(tree: Tree) -> None:
    text = tree.read(PAGE)
    for number in (8, 7, 6):
        text = text.replace(f"\n{number}. **", f"\n{number + 1}. **")
    tree.write(PAGE, text.replace("\n7. **Add", "\n6. **Cleaning**: once for each hall.\n7. **Add"))


RECIPE = Recipe("A price rule", [(CONTRACT, contract), (CODE, amount), (LIST, sense), (PAGE, page)])
