"""Settings of the toy."""

from core.settings import SettingsPart


class ToySettings(SettingsPart):
    """Where it is, and how it knows us."""

    toy_base_url: str = "https://toy.test"
    """Where the toy answers."""
    toy_token: str = ""
    """The token that it wants."""
