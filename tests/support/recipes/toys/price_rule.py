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
    tree.edit(CONTRACT, '"duration", "add_on"', '"duration", "cleaning", "add_on"')
    tree.edit(CONTRACT, "class TariffVersionRequest", RULE)
    drafted = "    durations: list[DurationTier] | None = Field(default=None, max_length=200)\n"
    tree.edit(
        CONTRACT, drafted, f"{drafted}    cleaning: list[CleaningFee] | None = Field(default=None, max_length=200)\n"
    )
    held = "    durations: list[DurationTier] = Field(default=[])\n"
    tree.edit(CONTRACT, held, f"{held}    cleaning: list[CleaningFee] = Field(default=[])\n")


def amount(tree: Tree) -> None:
    tree.edit(CODE, "import DurationTier,", "import CleaningFee, DurationTier,")
    tree.edit(CODE, 'TypeVar("Rule", HeadcountRule, ', 'TypeVar("Rule", CleaningFee, HeadcountRule, ')
    tree.edit(CODE, "Rule = TypeVar", "MAX_PRICE = 2**31\nRule = TypeVar")
    tier = "        found += _duration(hall, cells, time + _sum(crowd), prices.durations)\n"
    tree.edit(CODE, tier, f"{tier}        found += _cleaning(hall, prices.cleaning)\n")
    tree.edit(CODE, "def _add_on(", FEE)


def sense(tree: Tree) -> None:
    tree.edit(LIST, "import DurationTier,", "import CleaningFee, DurationTier,")
    tree.edit(
        LIST,
        "list[Tariff | HeadcountRule | DurationTier] = [*prices.rules, *prices.headcount, *prices.durations]",
        "list[Tariff | HeadcountRule | DurationTier | CleaningFee] = [\n"
        "        *prices.rules, *prices.headcount, *prices.durations, *prices.cleaning\n    ]",
    )
    tree.edit(
        LIST,
        "    return [*seasons, *ids, *crowds, *tiers]",
        '    fees = _thresholds("cleaning", "hall_id", [(fee.hall_id, 0) for fee in prices.cleaning])\n'
        "    return [*seasons, *ids, *crowds, *tiers, *fees]",
    )


def page(tree: Tree) -> None:
    text = tree.read(PAGE)
    for number in (5, 4, 3):
        text = text.replace(f"\n{number}. **", f"\n{number + 1}. **")
    tree.write(PAGE, text.replace("\n4. **Add", "\n3. **Cleaning**: once for each hall.\n4. **Add"))


RECIPE = Recipe("A price rule", [(CONTRACT, contract), (CODE, amount), (LIST, sense), (PAGE, page)])
