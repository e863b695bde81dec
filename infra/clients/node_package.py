"""The TypeScript client: openapi-typescript writes its types, tsc compiles it, and npm packs it."""

import json
import shutil
from pathlib import Path

from infra.clients.building import (
    BUILT_FROM,
    SOURCES,
    TOOLS,
    BuildError,
    digest,
    fresh,
    is_current,
    require,
    run,
    with_version,
)
from infra.clients.document import Json, keyed, version

OURS = SOURCES / "typescript"
MODULES = TOOLS / "node" / "node_modules"


def build(document: Json, out: Path) -> Path:
    """The folder of the package with the tarball that can be published; nothing is done if it is there already."""
    folder, text = out / "typescript", json.dumps(document)
    wanted = digest("typescript", text)
    if is_current(folder, wanted):
        return folder
    shutil.copytree(OURS / "src", fresh(folder) / "src")
    for name in ("README.md", "tsconfig.json"):
        shutil.copy(OURS / name, folder / name)
    with_version(OURS / "package.json", folder / "package.json", version(document))
    _generate(document, text, folder)
    (folder / "node_modules").symlink_to(MODULES)
    run([node(), MODULES / "typescript" / "bin" / "tsc", "--project", folder], folder)
    (folder / "node_modules").unlink()
    run([_found("npm"), "pack", "--silent", "--ignore-scripts"], folder)
    (folder / BUILT_FROM).write_text(wanted, encoding="utf-8")
    return folder


def node() -> str:
    """`BuildError` without one."""
    return _found("node")


def _found(program: str) -> str:
    if (path := shutil.which(program)) is None:
        raise BuildError(f"there is no {program} on this machine")
    return path


def _generate(document: Json, text: str, folder: Path) -> None:
    generator = require(MODULES / "openapi-typescript" / "bin" / "cli.js", "The generator of the TypeScript client")
    source = folder / "document.json"
    source.write_text(text, encoding="utf-8")
    options = ["--default-non-nullable", "false"]
    run([node(), generator, source, "--output", folder / "src" / "schema.ts", *options], folder)
    source.unlink()
    listed = json.dumps(keyed(document), indent=2)
    code = f"export const KEYED: ReadonlySet<string> = new Set({listed});\n"
    told = "/** The operations that take an Idempotency-Key. */\n"
    (folder / "src" / "keyed.ts").write_text(told + code, encoding="utf-8")
