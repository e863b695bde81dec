"""What becomes of an uploaded file: sizes, upright, without what cameras note; and what is no photo."""

import struct
import zlib
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageCms

from booking.photos.domain import UNUSABLE, UnusablePhotoError
from booking.photos.imaging import prepare
from booking.photos.ports import Picture

ORIENTATION, GPS = 0x0112, 0x8825
RED, BLUE = (250, 10, 10), (10, 10, 250)


def written(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def halves(width: int, height: int) -> Image.Image:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height))
    return image


def read(picture: Picture, name: str) -> Image.Image:
    return Image.open(BytesIO({file.name: content for file, content in picture.files}[name]))


def refused(content: bytes, kind: Any = "hall") -> str:
    with pytest.raises(UnusablePhotoError) as refusal:
        prepare(content, kind)
    assert refusal.value.code in UNUSABLE
    return refusal.value.code


def png(width: int, height: int) -> bytes:
    """A file that says how large it is, and has nearly nothing in it."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b""))
    told = (struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(told)


def test_a_photo_comes_in_sizes_no_larger_than_itself() -> None:
    picture = prepare(written(halves(1500, 1000)), "hall")

    named = [(file.name, file.type, file.width, file.height) for file, _ in picture.files]
    assert (picture.width, picture.height) == (1500, 1000)
    assert named == [
        (f"{width}.{ending}", kind, width, height)
        for width, height in ((400, 267), (1200, 800), (1500, 1000))
        for ending, kind in (("webp", "image/webp"), ("jpg", "image/jpeg"))
    ]
    for file, content in picture.files:
        shown = Image.open(BytesIO(content))
        assert (shown.width, shown.height, Image.MIME[shown.format or ""]) == (file.width, file.height, file.type)


def test_it_stands_upright_and_tells_nothing_of_the_camera() -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # It was taken with the camera on its side.
    exif.get_ifd(GPS)[2] = (55.0, 45.0, 7.0)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    content = written(halves(1300, 900), exif=exif, icc_profile=profile, comment=b"the owner's flat")

    picture = prepare(content, "hall")

    assert (picture.width, picture.height) == (900, 1300)
    for name in ("400.webp", "400.jpg"):
        shown = read(picture, name)
        red, green, blue = shown.convert("RGB").getpixel((200, 20))  # type: ignore[misc]
        assert red > 200 and green < 60 and blue < 60  # What was on the left is on top.
        assert not shown.getexif()
        assert not {"exif", "icc_profile", "comment", "xmp"} & shown.info.keys()
    assert b"flat" not in b"".join(content for _, content in picture.files)


def test_what_can_be_seen_through_lies_on_white_but_for_a_logo() -> None:
    clear = Image.new("RGBA", (700, 500), (0, 0, 0, 0))

    hall, logo = prepare(written(clear, "PNG"), "hall"), prepare(written(clear, "PNG"), "logo")

    assert read(hall, "400.jpg").convert("L").getextrema()[0] > 250  # type: ignore[operator]
    assert [file.name for file, _ in logo.files] == ["128.webp", "128.png", "400.webp", "400.png"]
    assert read(logo, "128.png").getpixel((64, 40))[3] == 0  # type: ignore[index]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not_a_picture"),
        (b"<svg onload='alert(1)'/>", "not_a_picture"),
        (written(halves(800, 600), "GIF"), "not_a_picture"),
        (written(halves(800, 600))[:2000], "broken_picture"),
        (png(800, 600), "broken_picture"),
        (png(30_000, 30_000), "too_many_pixels"),
        (png(8_000, 7_000), "too_many_pixels"),
        (png(25_000, 700), "too_many_pixels"),
        (written(halves(599, 900)), "too_few_pixels"),
    ],
)
def test_what_is_no_photo_is_refused(content: bytes, code: str) -> None:
    assert refused(content) == code
