"""How far a booking has come."""

from typing import Literal

BookingStatus = Literal["pending", "confirmed", "in_progress", "completed", "no_show", "cancelled", "expired"]
