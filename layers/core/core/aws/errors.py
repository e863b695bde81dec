"""What goes wrong with a call of AWS."""


class AwsCallError(Exception):
    """The service refused, or did not answer; `code` is its own word for why."""

    def __init__(self, action: str, code: str) -> None:
        super().__init__(f"{action}: {code}")
        self.code = code


class CredentialsError(AwsCallError):
    """Nothing was called, for there is nothing to sign it with."""

    def __init__(self, code: str) -> None:
        super().__init__("Credentials", code)
