"""A link as a QR code, for somebody's phone."""

import io

PIXELS = 8
# A browser that opens the picture by itself runs and fetches nothing for it.
ALONE = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}


def picture(link: str) -> str:
    """The code as SVG, dark on white whatever the page's colours are: cameras want it so."""
    # Of no use to any other request, and would add to every cold start.
    import segno

    out = io.BytesIO()
    segno.make_qr(link, error="m").save(out, kind="svg", border=4, scale=PIXELS, light="#fff", nl=False)
    return out.getvalue().decode()
