"""What tells a release from the one before."""

import json
from pathlib import Path

from infra.deploy.release import release
from infra.deploy.steps import PARAMETERS, write_parameters
from infra.deploy.target import Target

LOFT = Target("loft", "dev", "eu-central-1", {"HoldMinutes": "15"})


def house(root: Path) -> Path:
    for name in ("functions/a.py", "layers/core/b.py", "shared_schemas/c.py", "template.yaml", "infra/role.yaml"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    return root


def test_a_release_is_another_where_code_a_template_or_a_parameter_is(tmp_path: Path) -> None:
    root = house(tmp_path)
    found = [release(LOFT, root)]
    for name in ("functions/a.py", "layers/core/b.py", "shared_schemas/c.py", "template.yaml", "infra/role.yaml"):
        (root / name).write_text("changed")
        found.append(release(LOFT, root))
    (root / "functions/a.py").rename(root / "functions/z.py")
    found.append(release(LOFT, root))
    found.append(release(Target("loft", "dev", "eu-central-1", {"HoldMinutes": "20"}), root))
    # SAM names the version by as many.
    assert len({each[:10] for each in found}) == len(found)


def test_it_is_the_same_where_nothing_changed_also_after_python_ran(tmp_path: Path) -> None:
    root = house(tmp_path)
    before = release(LOFT, root)
    (root / "functions/__pycache__").mkdir()
    (root / "functions/__pycache__/a.pyc").write_bytes(b"1")
    (root / "docs").mkdir()
    (root / "docs/page.md").write_text("words")
    assert release(LOFT, root) == before


def test_a_deployment_is_told_of_it_unless_somebody_said_otherwise(tmp_path: Path) -> None:
    root = house(tmp_path)
    write_parameters(LOFT, root)
    told = json.loads((root / PARAMETERS).read_text())
    assert told == {"HoldMinutes": "15", "Release": release(LOFT, root)}
    write_parameters(Target("loft", "dev", "eu-central-1", {"Release": "mine"}), root)
    assert json.loads((root / PARAMETERS).read_text()) == {"Release": "mine"}
