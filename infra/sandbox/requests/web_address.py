"""Addresses that a shop names."""

from yarl import URL


def web_address(url: str) -> str:
    """The address as it came; `ValueError` unless a browser may safely be sent there."""
    parts = URL(url)
    if parts.scheme not in ("http", "https") or not parts.host or not url.isprintable() or " " in url:
        raise ValueError("expected an http or https URL")
    return url


def callback_address(url: str) -> str:
    """The same for an address that webhooks are sent to, all letters beyond ASCII encoded."""
    return str(URL(web_address(url)))
