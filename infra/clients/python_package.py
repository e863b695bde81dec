"""The Python client: openapi-python-client writes it, and a wheel and a source distribution are made of it."""

import json
import shutil
from pathlib import Path

from infra.clients.building import BUILT_FROM, SOURCES, TOOLS, digest, fresh, is_current, require, run, with_version
from infra.clients.document import Json, version

PACKAGE = "cyclorama_client"
OURS = SOURCES / "python"


def build(document: Json, out: Path) -> Path:
    """The folder of the package, with what can be published in `dist`; nothing is done if it is there already."""
    folder, text = out / "python", json.dumps(document)
    wanted = digest("python", text)
    if is_current(folder, wanted):
        return folder
    _generate(text, fresh(folder))
    shutil.copytree(OURS / PACKAGE, folder / PACKAGE, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(OURS / "README.md", folder / "README.md")
    with_version(OURS / "pyproject.toml", folder / "pyproject.toml", version(document))
    python = TOOLS / "bin" / "python"
    for verb in (["check", "--fix-only", "--select", "I,F401"], ["format"]):
        run([python, "-m", "ruff", *verb, "--isolated", "--quiet", "--no-cache", folder / PACKAGE / "api"], folder)
    run([python, "-m", "ruff", "format", "--isolated", "--quiet", "--no-cache", folder / PACKAGE / "models"], folder)
    run([python, "-m", "build", "--no-isolation", "--outdir", folder / "dist", folder], folder)
    (folder / BUILT_FROM).write_text(wanted, encoding="utf-8")
    return folder


def _generate(text: str, folder: Path) -> None:
    generator = require(TOOLS / "bin" / "openapi-python-client", "The generator of the Python client")
    source = folder / "document.json"
    source.write_text(text, encoding="utf-8")
    options = ["--config", OURS / "generator.yml", "--custom-template-path", OURS / "templates", "--meta", "none"]
    run([generator, "generate", "--path", source, "--output-path", folder / PACKAGE, *options], folder)
    source.unlink()
