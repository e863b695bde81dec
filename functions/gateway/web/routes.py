"""Pages that people use, and the files that these load."""

from typing import Annotated

from chalice import Response
from pydantic import StringConstraints

from core.http.browsers import allowed_origins
from gateway import composition
from gateway.api import api
from gateway.web.errors import FileNotThereError
from gateway.web.files import Files, policy

HTML_TYPE = "text/html"
FOR_EVER = "public, max-age=31536000, immutable"
# A script of another site is a request without CORS; this lets pages with strict isolation load it, too.
ANYWHERE = {"Cross-Origin-Resource-Policy": "cross-origin"}
SCRIPT_TYPE = "text/javascript"
SHORTLY = "public, max-age=60"
Name = Annotated[str, StringConstraints(pattern=r"^[\w.-]{1,60}$")]
files = Files()


@api.endpoint("GET /", media_type=HTML_TYPE)
def home_page() -> Response:
    """What this is, and where to go: to book, to the desk, to the documentation."""
    return _page("home")


@api.endpoint("GET /book", media_type=HTML_TYPE)
def booking_page() -> Response:
    """Where a studio's clients book and pay; `?hall=` chooses a hall. May be shown in a frame of the studio's site."""
    return _page("book", framed=True)


@api.endpoint("GET /manage", media_type=HTML_TYPE)
def visit_page() -> Response:
    """Where a guest's link leads: the same page shows the booking, takes the rest of the money, moves and cancels."""
    return _page("book", framed=True)


@api.endpoint("GET /desk", media_type=HTML_TYPE)
def desk_page() -> Response:
    """Where staff see who comes when, book, take money, move, cancel, and close halls. It signs in by itself."""
    return _page("desk")


@api.endpoint("GET /docs", media_type=HTML_TYPE)
def documentation() -> Response:
    """The documentation of this API, as a page: every operation and event, with examples and a way to try them."""
    return _page("docs")


@api.endpoint("GET /assets/{version}/{folder}/{name}", errors=[FileNotThereError], media_type=SCRIPT_TYPE)
def page_file(version: Name, folder: Name, name: Name) -> Response:
    """A script or a picture of the pages. One of another version than today's is not to be kept."""
    found = files.asset(f"{folder}/{name}")
    if found is None:
        raise FileNotThereError
    text, kind = found
    kept = FOR_EVER if version == files.version else "no-store"
    return Response(text, {"Content-Type": f"{kind}; charset=utf-8", "Cache-Control": kept})


@api.endpoint("GET /widget.js", media_type=SCRIPT_TYPE)
def widget() -> Response:
    """A script that puts the booking page on a studio's own site: in its place, as a popup, or behind a button.

    The site's origin must be one of `ALLOWED_ORIGINS`."""
    headers = {"Content-Type": f"{SCRIPT_TYPE}; charset=utf-8", "Cache-Control": SHORTLY}
    return Response(files.texts["widget/widget.js"], headers | ANYWHERE)


@api.endpoint("GET /push.js", media_type=SCRIPT_TYPE)
def push_worker() -> Response:
    """The script that a browser runs when a notification comes."""
    headers = {"Content-Type": f"{SCRIPT_TYPE}; charset=utf-8", "Cache-Control": SHORTLY}
    return Response(files.texts["push/push.js"], headers | {"Content-Security-Policy": "default-src 'none'"})


def _page(name: str, *, framed: bool = False) -> Response:
    text = files.page(name)
    ancestors = " ".join(["'self'", *sorted(allowed_origins())]) if framed else "'none'"
    headers = {"Content-Type": f"{HTML_TYPE}; charset=utf-8", "Cache-Control": SHORTLY}
    return Response(
        text, headers | {"Content-Security-Policy": policy(text, ancestors, composition.app().photos_origin)}
    )
