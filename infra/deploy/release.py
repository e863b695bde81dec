"""What tells a release from the one before: a version of a function is made for each, and has its variables."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from infra.deploy.target import ROOT, Target

# All that is built or that CloudFormation is told.
CODE = ("functions", "layers", "shared_schemas")
FILES = ("template.yaml", "infra/*.yaml", "infra/api.json", "requirements/*.txt")


def release(target: Target, root: Path = ROOT) -> str:
    """A digest, the same for the same code, templates and parameters; SAM names a version by ten of its characters."""
    digest = hashlib.sha256(json.dumps(dict(target.parameters), sort_keys=True).encode())
    for path in sorted(_files(root)):
        digest.update(str(path.relative_to(root)).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:20]


def _files(root: Path) -> Iterator[Path]:
    for folder in CODE:
        yield from (p for p in (root / folder).rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    for pattern in FILES:
        yield from root.glob(pattern)
