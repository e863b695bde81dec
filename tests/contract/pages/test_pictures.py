"""The README's pictures: there, small, and of the size that `make pictures` takes them in."""

import re

from PIL import Image

from tests.support.pages.pictures import FOLDER, LARGEST, PICTURES

ROOT = FOLDER.parents[1]
IMAGE = re.compile(r'<img src="docs/pictures/([\w.-]+)" width="\d+" alt="([^"]+)">')


def test_the_readme_shows_each_picture_and_says_what_is_on_it() -> None:
    shown = IMAGE.findall((ROOT / "README.md").read_text(encoding="utf-8"))

    assert [name for name, _ in shown] == [picture.file for picture in PICTURES]
    assert {path.name for path in FOLDER.iterdir()} == {picture.file for picture in PICTURES}
    assert all(len(alt) > 20 for _, alt in shown)


def test_each_picture_is_small_and_as_it_was_taken() -> None:
    for picture in PICTURES:
        file = FOLDER / picture.file
        with Image.open(file) as image:
            assert (image.format, image.size) == ("WEBP", picture.pixels), picture.file
        assert file.stat().st_size < LARGEST, picture.file
