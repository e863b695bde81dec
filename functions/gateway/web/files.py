"""The files of the pages, read once. All share one version in their address, so that a browser may keep each for ever:
modules find each other by relative addresses, which stay within a version."""

import re
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from core.http.browsers import inline_hashes

FOLDER = Path(__file__).parent / "files"
TYPES = {".js": "text/javascript", ".svg": "image/svg+xml"}
STYLESHEET = re.compile(r"\{(\w+/\w+\.css)\}")
IMPORT = re.compile(r'^import [^"]*"(\.{1,2}/[\w./-]+)";', re.MULTILINE)
PRELOAD = '<link rel="modulepreload" href="{{assets}}/{}">'


class Files:
    """Pages (`<page>/<page>.html`) and what they load (`<folder>/<name>`)."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder

    @cached_property
    def texts(self) -> dict[str, str]:
        """Every file that is shown or loaded, by its path."""
        found = sorted(path for path in self._folder.rglob("*") if path.suffix in {*TYPES, ".html", ".css"})
        return {path.relative_to(self._folder).as_posix(): path.read_text(encoding="utf-8") for path in found}

    @cached_property
    def version(self) -> str:
        """Changes with any of the files."""
        return sha256("\0".join(f"{name}\0{text}" for name, text in self.texts.items()).encode()).hexdigest()[:16]

    def page(self, name: str) -> str:
        """A page with its style inside, so that it is painted as soon as it has come. It names all its modules, so that
        the browser asks for them at once, and does not find one in another."""
        whole = STYLESHEET.sub(lambda found: self.texts[found[1]], self.texts[f"{name}/{name}.html"])
        preloads = "\n".join(map(PRELOAD.format, self.modules(f"{name}/app.js")))
        return whole.replace("<style>", f"{preloads}\n<style>", 1).replace("{assets}", f"assets/{self.version}")

    def modules(self, first: str) -> list[str]:
        """A module and all that it loads, each once."""
        found = [first]
        for path in found:
            folder = self._folder / path
            named = (folder.parent.joinpath(each).resolve() for each in IMPORT.findall(self.texts[path]))
            found += [each for each in map(self._path_of, named) if each not in found]
        return found

    def _path_of(self, file: Path) -> str:
        return file.relative_to(self._folder.resolve()).as_posix()

    def asset(self, path: str) -> tuple[str, str] | None:
        """The text of what a page loads, and its media type."""
        kind = TYPES.get(Path(path).suffix)
        text = self.texts.get(path)
        return (text, kind) if kind and text is not None else None


def policy(page: str, ancestors: str, pictures: str = "") -> str:
    """Content-Security-Policy of such a page: this API's scripts, its own style, pictures of `pictures` (an origin),
    frames of `ancestors`."""
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            *inline_hashes(page),
            " ".join(filter(None, ["img-src 'self' data:", pictures])),
            "connect-src 'self'",
            "worker-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            f"frame-ancestors {ancestors}",
        ]
    )
