"""The steps of docs/gateways.md, taken in a copy of the tree."""

from collections.abc import Callable
from pathlib import Path

from tests.support.recipes.tree import Tree

HERE = Path(__file__).parent
KINDS = {"BASE_URL": "BaseUrl", "CA_BUNDLE": "CaBundle", "PROXY": "Proxy", "NETWORKS": "Networks"}
ROW = "| ToyPay | `toypay` | bank_card | no | no | no | no | no |\n"


def name_it(tree: Tree) -> None:
    tree.substitute("shared_schemas/providers.py", r"(Provider = Literal\[.*)\]", r'\1, "toypay"]')


def label_it(tree: Tree) -> None:
    tree.substitute("shared_schemas/providers.py", r"\n\}\n", '\n    "toypay": Text("ToyPay", "ТойПэй"),\n}\n')


def add_folder(tree: Tree) -> None:
    tree.add("functions/payment/gateways/toypay", HERE / "toy")


def add_parameters(tree: Tree) -> None:
    declared = "".join(f'  ToyPay{kind}:\n    Type: String\n    Default: ""\n' for kind in KINDS.values())
    tree.substitute("template.yaml", r"\nParameters:\n", f"\nParameters:\n{declared}")


def add_secret(tree: Tree) -> None:
    secret = "  ToyPayCredentials:\n    Type: AWS::SecretsManager::Secret\n    Properties:\n      Description: key\n"
    tree.substitute("template.yaml", r"\nResources:\n", f"\nResources:\n{secret}")
    tree.substitute(
        "template.yaml", r"( +)- - !Ref PaymentKey\n", r"\1- - !Ref PaymentKey\n\1  - !Ref ToyPayCredentials\n"
    )


def add_variables(tree: Tree) -> None:
    given = {f"TOYPAY_{variable}": f"!Ref ToyPay{kind}" for variable, kind in KINDS.items()}
    given["TOYPAY_CREDENTIALS"] = "!Sub secretsmanager:${ToyPayCredentials}"
    lines = "".join(f"\\n\\1{name}: {value}" for name, value in given.items())
    tree.substitute("template.yaml", r"\n( +)PAYMENT_STAGES: [^\n]+", rf"\g<0>{lines}")


def add_sandbox(tree: Tree) -> None:
    tree.add("infra/sandbox/providers/toypay", HERE / "toy_shop")


def write_it_down(tree: Tree) -> None:
    names = " ".join(f"`TOYPAY_{kind}`" for kind in ("BASE_URL", "CREDENTIALS", "CA_BUNDLE", "PROXY", "NETWORKS"))
    tree.substitute("docs/gateways.md", r"\n(\|[^\n]+`tkassa`[^\n]+\n)", rf"\n\1{ROW}")
    tree.append("docs/gateways.md", f"\n{names}\n")


STEPS: tuple[Callable[[Tree], None], ...] = (
    name_it, label_it, add_folder, add_parameters, add_secret, add_variables, add_sandbox, write_it_down,
)  # fmt: skip
