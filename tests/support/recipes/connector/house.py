"""A copy of the tree to which the toy was added, by as many edits as the recipe has; any of them can be left out."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.support.integration.completeness import CONTRACT, FOLDER, PAGE, SANDBOX
from tests.support.recipes.tree import Tree

HERE = Path(__file__).parent
TEMPLATE = "template.yaml"
SUBSCRIBED = '        EventTypes: !Join [",", [booking.created, booking.cancelled]]'


def build(tree: Tree, leave_out: str = "") -> None:
    """Add the toy; `leave_out` names what somebody forgot."""
    for edit in (_contract, _folder, _template, _sandbox, _page):
        edit(tree, leave_out)


def _contract(tree: Tree, leave_out: str) -> None:
    if leave_out != "contract":
        tree.edit(CONTRACT, "ConnectorName = Literal[", 'ConnectorName = Literal["toy", ')


def _folder(tree: Tree, leave_out: str) -> None:
    if leave_out == "folder":
        return
    tree.add(f"{FOLDER}/toy", HERE / "toy")
    if leave_out in ("LABEL", "TAKES"):
        tree.edit(f"{FOLDER}/toy/connector.py", f"\n{leave_out} = ", f"\nNO_{leave_out} = ")


def _sandbox(tree: Tree, leave_out: str) -> None:
    if leave_out != "sandbox":
        tree.add(f"{SANDBOX}/toy", HERE / "toy_receiver")
    if leave_out == "parameters":
        tree.remove(f"{SANDBOX}/toy/parameters.json")


def _page(tree: Tree, leave_out: str) -> None:
    if leave_out != "row":
        row = "\n| `toy` | a line for each booking | secret `ToyToken` | `ToyBaseUrl` |"
        tree.edit(PAGE, "\n| `telegram` |", f"{row}\n| `telegram` |")
    if leave_out != "section":
        tree.edit(PAGE, "\n## Telegram\n", "\n## Toy\n\nNothing to do.\n\n## Telegram\n")


def _template(tree: Tree, leave_out: str) -> None:
    """What Telegram has there, once more for the toy."""
    if leave_out != "template":
        lines = tree.read(TEMPLATE).splitlines()
        tree.write(TEMPLATE, "\n".join(_grown(lines, leave_out)))


def _grown(lines: list[str], leave_out: str) -> Iterator[str]:
    ahead = iter(_blocks(lines))
    for block in ahead:
        if block[0].lstrip().startswith("Secrets:"):
            yield block[0].replace("!Ref TelegramToken", "!Ref TelegramToken, !Ref ToyToken")
            continue
        yield from block
        if "elegram" in block[0] or "TELEGRAM_" in block[0]:
            yield from _for_the_toy(block, leave_out)


def _blocks(lines: list[str]) -> Iterator[list[str]]:
    """Each line that names Telegram with all that stands below it; every other line by itself."""
    number = 0
    while number < len(lines):
        end = number + 1
        if re.search("elegram|TELEGRAM_", lines[number]):
            depth = _depth(lines[number])
            while end < len(lines) and _depth(lines[end]) > depth:
                end += 1
        yield lines[number:end]
        number = end


def _for_the_toy(block: list[str], leave_out: str) -> Iterator[str]:
    text = "\n".join(line for line in block if not re.search("Chats|Locale|CHATS|LOCALE", line))
    if not text or re.search("Chats|Locale|CHATS|LOCALE", block[0]):
        return
    text = re.sub(r"(?s)        EventTypes: .*?(?=\n        State)", "" if leave_out == "events" else SUBSCRIBED, text)
    for old, new in (("Telegram", "Toy"), ("TELEGRAM", "TOY"), ("telegram", "toy")):
        text = text.replace(old, new)
    function = "consumers_connectors" in text
    if leave_out == "function" and function:
        return
    if leave_out == "schedule" and function:
        text = text[: text.index("        EveryMinute:")]
    if leave_out == "setting" and function:
        text = "\n".join(line for line in text.splitlines() if "TOY_BASE_URL" not in line)
    if (
        leave_out == "letters"
        and "IntegrationToySubscription.Outputs.DeadLetterQueueArn" in text
        and "Toy:" in block[0].replace("Telegram", "Toy")
    ):
        return
    if leave_out == "api" and text.strip().startswith("TOY_TOKEN"):
        return
    yield from text.splitlines()


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip()) if line.strip() else 999
