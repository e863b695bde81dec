"""Makes of an uploaded file what everybody may see: known sizes, upright, in sRGB, and without what else was in it."""

import warnings
from io import BytesIO
from typing import cast

from PIL import Image, ImageCms, ImageOps

from booking.photos.domain import PhotoFile, PhotoKind, UnusablePhotoError
from booking.photos.ports import Picture
from shared_schemas.uploads.photos import PhotoType

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 20_000
WIDTHS = {"hall": (400, 1200, 2000), "logo": (128, 400)}
NARROWEST = {"hall": 600, "logo": 64}
TYPES: dict[str, tuple[PhotoType, str]] = {
    "WEBP": ("image/webp", "webp"),
    "JPEG": ("image/jpeg", "jpg"),
    "PNG": ("image/png", "png"),
}
OPTIONS: dict[str, dict[str, int | bool]] = {
    "WEBP": {"quality": 80, "method": 4},
    "JPEG": {"quality": 82, "optimize": True, "progressive": True},
    "PNG": {"optimize": True},
}


def prepare(content: bytes, kind: PhotoKind) -> Picture:
    """The sizes of a picture, smallest first, each as WebP and as what everything can show.

    `UnusablePhotoError`; the header alone is believed before the pixels are counted."""
    with warnings.catch_warnings():
        # We count the pixels ourselves.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        picture = _opened(content, kind)
        try:
            upright = _clean(picture, kind)
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
            raise UnusablePhotoError("broken_picture") from error
    if upright.width < NARROWEST[kind]:
        raise UnusablePhotoError("too_few_pixels")
    files = [file for width in _widths(upright, kind) for file in _files(upright, width)]
    return Picture(upright.width, upright.height, files)


def _opened(content: bytes, kind: PhotoKind) -> Image.Image:
    try:
        picture = Image.open(BytesIO(content), formats=FORMATS)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        bomb = isinstance(error, Image.DecompressionBombError)
        raise UnusablePhotoError("too_many_pixels" if bomb else "not_a_picture") from error
    if picture.width * picture.height > MOST_PIXELS or max(picture.size) > LONGEST_SIDE:
        raise UnusablePhotoError("too_many_pixels")
    # A JPEG is decoded at a half or a quarter of its size where that is still large enough.
    widest = WIDTHS[kind][-1]
    picture.draft("RGB", (widest, widest))
    return picture


def _clean(picture: Image.Image, kind: PhotoKind) -> Image.Image:
    """A new picture of the pixels alone: what cameras note, the place above all, stays behind."""
    upright = _in_srgb(ImageOps.exif_transpose(picture))
    mode = "RGBA" if kind == "logo" and upright.has_transparency_data else "RGB"
    clean = Image.new(mode, upright.size, (255, 255, 255, 0) if mode == "RGBA" else (255, 255, 255))
    if upright.has_transparency_data and mode == "RGB":
        seen = upright.convert("RGBA")
        clean.paste(seen, mask=seen)
    else:
        clean.paste(upright.convert(mode))
    return clean


def _in_srgb(picture: Image.Image) -> Image.Image:
    """Colours as they were meant, without the profile that said how. One that cannot be read is left out."""
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in ("RGB", "CMYK", "L"):
        return picture
    try:
        meant = ImageCms.ImageCmsProfile(BytesIO(profile))
        shown = ImageCms.profileToProfile(picture, meant, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):
        return picture
    return cast(Image.Image, shown)


def _widths(picture: Image.Image, kind: PhotoKind) -> list[int]:
    """None is wider than the picture itself."""
    smaller = [width for width in WIDTHS[kind] if width < picture.width]
    return smaller if len(smaller) == len(WIDTHS[kind]) else [*smaller, picture.width]


def _files(picture: Image.Image, width: int) -> list[tuple[PhotoFile, bytes]]:
    height = max(1, round(picture.height * width / picture.width))
    resized = picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
    plain = "PNG" if picture.mode == "RGBA" else "JPEG"
    return [_file(resized, name) for name in ("WEBP", plain)]


def _file(picture: Image.Image, name: str) -> tuple[PhotoFile, bytes]:
    written, (kind, ending) = BytesIO(), TYPES[name]
    picture.save(written, name, **OPTIONS[name])
    file = PhotoFile(name=f"{picture.width}.{ending}", type=kind, width=picture.width, height=picture.height)
    return file, written.getvalue()
