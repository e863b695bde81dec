"""What a visit is for."""

from typing import Literal

VisitPurpose = Literal["photo", "video", "event", "class", "other"]
"""A shoot of photos or of video, an event with guests, a class with pupils, or anything else. Who says nothing comes to
take photos."""
PHOTO: VisitPurpose = "photo"
