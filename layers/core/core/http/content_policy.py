"""What a page of ours may do in a browser."""

import re
from base64 import b64encode
from hashlib import sha256

INLINE = re.compile(r"<(?P<kind>script|style)>(?P<content>.*?)</(?P=kind)>", re.DOTALL)
DIRECTIVES = {"script": "script-src", "style": "style-src"}


def content_security_policy(page: str) -> str:
    """Allows only the page's own script and style, and this API; injected code does not run."""
    locked = ("base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'")
    return "; ".join(["default-src 'none'", *inline_hashes(page), "connect-src 'self'", *locked])


def inline_hashes(page: str) -> list[str]:
    """A directive for each script and style that stands in the page itself."""
    return [f"{DIRECTIVES[found['kind']]} {_source(found['content'])}" for found in INLINE.finditer(page)]


def _source(content: str) -> str:
    return f"'sha256-{b64encode(sha256(content.encode()).digest()).decode()}'"
