"""What the text of one message may say, beyond its grammar: the names of its facts, our layouts and our snippets."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from jinja2 import TemplateSyntaxError, nodes

from notification.wording.facts import Fact
from notification.writing.edited import Part, sandbox
from notification.writing.grammar import TooDeepError, forbidden, path, walked
from shared_schemas.errors import Text, Violation
from shared_schemas.messages.templates import LONGEST

MACROS = ("button", "hint", "paragraph", "row")
"""Of the layout of mails."""
SNIPPETS: Mapping[Part, tuple[str, ...]] = {
    "subject": (),
    "text": ("change_of_money.txt", "details.txt", "refund_reason.txt"),
    # What is not HTML is not escaped; the reasons of refunds are words of ours.
    "html": ("change_of_money.html", "refund_reason.txt"),
    "sms": ("end.sms.txt",),
}
"""Files in each language that more than one message has."""
FORMS = {"money": "money(…)", "time": "moment(…)", "flag": "{% if … %}", "function": "…(…)"}
MONEY = ".amount"
"""What may be asked of an amount: whether it is nothing."""

SYNTAX = Text(
    "Line {line}: this cannot be read; see whether each {{{{ and {{% is closed",
    "Строка {line}: не разобрать; проверьте, закрыты ли все {{{{ и {{%",
)
TOO_LONG = Text("The text is longer than {most} characters", "Текст длиннее {most} знаков")
TOO_DEEP = Text("Line {line}: too much within one another", "Строка {line}: слишком много вложений")
FORBIDDEN = Text(
    "Line {line}: there is no “{what}” here; loops, variables and macros of one's own are left out",
    "Строка {line}: «{what}» здесь нет; циклы, переменные и свои макросы не предусмотрены",
)
UNKNOWN = Text(
    "Line {line}: there is no “{name}” in this message. There is: {known}",
    "Строка {line}: в этом сообщении нет «{name}». Есть: {known}",
)
SHAPELESS = Text("Line {line}: “{name}” is shown by {form}", "Строка {line}: «{name}» показывают через {form}")
LAYOUT = Text('The HTML begins with {{% extends "{layout}" %}}', 'HTML начинается с {{% extends "{layout}" %}}')


@dataclass(frozen=True)
class Language:
    """What the texts of one message in one language may say."""

    locale: str
    facts: Mapping[str, Fact]

    def violations(self, part: Part, source: str) -> list[Violation]:
        """Why a text is not let in; empty if it is."""
        return [Violation(f"parts.{part}", code, text, told) for code, text, told in self._found(part, source)]

    def layouts(self) -> tuple[str, str]:
        """Of a mail about a visit, and of any other."""
        return f"{self.locale}/layout.html", "layout.html"

    def _found(self, part: Part, source: str) -> Iterator[tuple[str, Text, dict[str, object]]]:
        if len(source) > LONGEST:
            yield "template_too_long", TOO_LONG, {"most": LONGEST}
            return
        try:
            tree = sandbox().parse(source)
            if part == "html" and not any(isinstance(node, nodes.Extends) for node in tree.body):
                yield "template_layout", LAYOUT, {"layout": self.layouts()["booking.number" not in self.facts]}
            for node in walked(tree):
                yield from self._of_node(part, node)
        except TemplateSyntaxError as error:
            yield "template_syntax", SYNTAX, {"line": error.lineno, "reason": error.message or ""}
        except TooDeepError as error:
            yield "template_too_deep", TOO_DEEP, {"line": error.line}
        except (RecursionError, MemoryError, ValueError, OverflowError):
            # Thousands of brackets, or a number of thousands of digits.
            yield "template_too_deep", TOO_DEEP, {"line": 1}

    def _of_node(self, part: Part, node: nodes.Node) -> Iterator[tuple[str, Text, dict[str, object]]]:
        if what := forbidden(node) or self._out_of_place(part, node):
            # Some nodes stand on no line: what they belong to does.
            yield "template_forbidden", FORBIDDEN, {"line": node.lineno or 1, "what": what}
        for named in _named(node):
            if not self._is_known(name := path(named), part):
                yield "template_unknown_name", UNKNOWN, {"line": node.lineno, "name": name, "known": self._known()}
        for shown in _shown(node):
            fact = self.facts.get(name := path(shown))
            if fact and fact.kind in FORMS:
                yield "template_shapeless", SHAPELESS, {"line": node.lineno, "name": name, "form": FORMS[fact.kind]}

    def _known(self) -> str:
        return ", ".join(self.facts)

    def _is_known(self, name: str, part: Part) -> bool:
        fact = self.facts.get(name.removesuffix(MONEY))
        if name in self.facts or (fact and fact.kind == "money"):
            return True
        return part == "html" and name in (*MACROS, "super", "subject")

    def _out_of_place(self, part: Part, node: nodes.Node) -> str | None:
        if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name):
            fact = self.facts.get(name := node.node.name)
            return None if name in (*MACROS, "super") or (fact and fact.kind == "function") else name
        if isinstance(node, nodes.Extends):
            return _unless_named(node.template, self.layouts())
        if isinstance(node, nodes.Include):
            return _unless_named(node.template, [f"{self.locale}/{name}" for name in SNIPPETS[part]])
        return None


def _unless_named(template: nodes.Node, names: Collection[str]) -> str | None:
    name = template.value if isinstance(template, nodes.Const) else None
    return None if name in names else str(name or "…")


def _named(node: nodes.Node) -> Iterator[nodes.Node]:
    """The whole names in a node: `booking.number`, and not `booking` in it."""
    if isinstance(node, nodes.Getattr):
        return
    yield from (child for child in node.iter_child_nodes() if isinstance(child, nodes.Name | nodes.Getattr))


def _shown(node: nodes.Node) -> Iterator[nodes.Node]:
    """The names of which the text itself is shown."""
    if isinstance(node, nodes.Output | nodes.Concat):
        inside: list[nodes.Expr] = list(node.nodes)
    elif isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in MACROS:
        inside = list(node.args)
    else:
        return
    yield from (each for each in inside if isinstance(each, nodes.Name | nodes.Getattr))
