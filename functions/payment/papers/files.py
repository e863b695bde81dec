"""Papers as files to look at."""

from chalice import Response

PDF = "application/pdf"


def pdf_file(text: str, name: str) -> Response:
    """Shown by browsers, and saved under its name."""
    headers = {
        "Content-Type": PDF,
        "Content-Disposition": f'inline; filename="{name}"',
        "Cache-Control": "private, no-cache",
    }
    return Response(text, headers, 200)
