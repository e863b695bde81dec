"""The files that the product's own texts are in: `templates/{ru,en}/{name}.{ending}`."""

from pathlib import Path

TEMPLATES = Path(__file__).parents[1] / "templates"
