"""The channels that people are reached by, and what the codes are for that are sent there."""

from typing import Literal

AddressChannel = Literal["email", "sms"]
"""By an address that somebody told us."""
Messenger = Literal["max", "telegram"]
"""By a chat that somebody connected."""
Channel = Literal["email", "sms", "max", "telegram", "push"]
MESSENGERS: tuple[Messenger, ...] = ("max", "telegram")
"""In the order in which they are tried."""
CONNECTED: tuple[Channel, ...] = (*MESSENGERS, "push")
"""What somebody has to connect, in the order in which they are tried: a chat holds more than a notification, and waits
for its reader."""
CodePurpose = Literal["sign_in", "confirmation", "reset", "warning", "known"]
"""What is sent to an address: digits to sign in with, digits to confirm it with, a link to set a new password, or the
news that another address opens the account now."""
