"""A photo's life: announced, uploaded, looked at, shown in its order, removed with its files."""

from io import BytesIO
from uuid import UUID, uuid4

import pytest
from PIL import Image
from sqlalchemy import Engine, text

from booking.photos.errors import PhotoNotFoundError, PhotoOrderOutdatedError, TooManyPhotosError
from core.http.idempotency import IdempotencyKey
from core.jobs import Turn
from shared_schemas.booking.halls import HallChanges
from shared_schemas.booking.halls import Photo as LinkedPhoto
from shared_schemas.uploads.photos import PhotoChanges, PhotoRequest, UploadedPhoto
from shared_schemas.words import Title
from tests.support.booking.studio import Studio

ALT = Title(ru="Окно", en="A window")


def jpeg(width: int = 800, colour: str = "red") -> bytes:
    written = BytesIO()
    Image.new("RGB", (width, 600), colour).save(written, "JPEG")
    return written.getvalue()


def announce(studio: Studio, hall_id: UUID | None, key: str | None = None) -> UploadedPhoto:
    request = PhotoRequest(content_type="image/jpeg", bytes=100_000, alt=ALT)
    return studio.app.photos.announce(hall_id, request, IdempotencyKey("me", "photos", key, "same") if key else None)


def uploaded(studio: Studio, hall_id: UUID | None, content: bytes | None = None) -> UUID:
    photo = announce(studio, hall_id)
    studio.shelf.files[f"uploads/{photo.id}"] = content or jpeg()
    return photo.id


def look(studio: Studio) -> Turn:
    """The job's next turn."""
    studio.clock.advance(minutes=1)
    turn = Turn()
    studio.app.preparation.run(turn)
    return turn


def left(studio: Studio, photo_id: UUID) -> list[str]:
    return sorted(key for key in studio.shelf.files if str(photo_id) in key)


@pytest.fixture(autouse=True)
def _no_photos_of_others(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM booking.photos"))


def test_an_uploaded_photo_is_shown_before_those_that_lie_elsewhere(studio: Studio) -> None:
    hall = studio.hall(photos=[{"url": "https://old.example/1.jpg", "caption": "old"}])
    photo_id = uploaded(studio, hall.id)
    waiting = announce(studio, hall.id)
    assert [photo.url for photo in studio.halls.get(hall.id).photos] == ["https://old.example/1.jpg"]

    look(studio)

    shown, old = studio.halls.get(hall.id).photos
    base = f"https://photos.test/photos/{photo_id}"
    assert (shown.id, shown.alt, shown.width, shown.height, shown.url) == (photo_id, ALT, 800, 600, f"{base}/800.jpg")
    assert [size.url for size in shown.sizes] == [f"{base}/{n}" for n in ("400.webp", "400.jpg", "800.webp", "800.jpg")]
    assert old.url == "https://old.example/1.jpg"
    assert next(each for each in studio.halls.all() if each.id == hall.id).photos == [shown, old]
    assert left(studio, photo_id) == sorted(size.url.removeprefix("https://photos.test/") for size in shown.sizes)
    assert studio.app.photos.get(waiting.id).status == "awaiting"


def test_a_change_of_the_hall_keeps_uploaded_photos_out_of_its_own(studio: Studio) -> None:
    hall = studio.hall()
    photo_id = uploaded(studio, hall.id)
    look(studio)

    changed = studio.halls.change(hall.id, HallChanges(photos=[LinkedPhoto(url="https://old.example/2.jpg")]))
    again = studio.halls.change(hall.id, HallChanges(capacity=7))

    assert [photo.id for photo in changed.photos] == [photo.id for photo in again.photos] == [photo_id, None]


def test_what_is_no_picture_is_refused_with_words(studio: Studio) -> None:
    photo_id = uploaded(studio, studio.hall().id, b"MZ a program")

    look(studio)

    photo = studio.app.photos.get(photo_id)
    assert photo.status == "refused" and photo.refusal and photo.refusal.code == "not_a_picture"
    assert left(studio, photo_id) == []


def test_a_file_that_takes_the_function_down_is_given_up(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    photo_id, killed = uploaded(studio, studio.hall().id), MemoryError()

    def dies(*_: object) -> None:
        raise killed

    with monkeypatch.context() as patch:
        patch.setattr(studio.app.preparation, "_prepare", dies)
        for _ in range(3):
            assert look(studio).failed == 1
            studio.clock.advance(hours=1)
    look(studio)

    assert studio.app.photos.get(photo_id).status == "refused"


def test_an_announced_photo_whose_file_never_comes_is_forgotten(studio: Studio) -> None:
    hall = studio.hall()
    photo = announce(studio, hall.id)
    look(studio)
    assert studio.app.photos.of_hall(hall.id)

    studio.clock.advance(minutes=20)
    look(studio)

    assert studio.app.photos.of_hall(hall.id) == []
    with pytest.raises(PhotoNotFoundError):
        studio.app.photos.get(photo.id)


def test_staff_order_describe_and_remove(studio: Studio) -> None:
    hall = studio.hall()
    first, second = uploaded(studio, hall.id), uploaded(studio, hall.id)
    look(studio)

    ordered = studio.app.photos.order(hall.id, [second, first])
    assert [photo.id for photo in ordered] == [photo.id for photo in studio.halls.get(hall.id).photos]
    assert [photo.id for photo in ordered] == [second, first]
    for wrong in ([first], [first, first], [first, second, uuid4()]):
        with pytest.raises(PhotoOrderOutdatedError):
            studio.app.photos.order(hall.id, wrong)

    studio.app.photos.change(second, PhotoChanges(alt=Title(en="A door")))
    assert studio.halls.get(hall.id).photos[0].alt == Title(en="A door")

    studio.app.photos.remove(second)
    assert [photo.id for photo in studio.halls.get(hall.id).photos] == [first]
    with pytest.raises(PhotoNotFoundError):
        studio.app.photos.change(second, PhotoChanges())
    look(studio)
    assert left(studio, second) == [] and left(studio, first)


def test_a_photo_removed_while_it_is_prepared_leaves_nothing(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    photo_id = uploaded(studio, studio.hall().id)
    prepare = studio.app.preparation._prepare

    def meanwhile(content: bytes, kind: object) -> object:
        studio.app.photos.remove(photo_id)
        return prepare(content, kind)  # type: ignore[arg-type]

    monkeypatch.setattr(studio.app.preparation, "_prepare", meanwhile)
    look(studio)
    look(studio)

    assert left(studio, photo_id) == []


def test_a_new_logo_takes_the_place_of_the_one_before(studio: Studio) -> None:
    before = uploaded(studio, None)
    look(studio)
    current = studio.app.studios.current().logo
    assert current and str(before) in current.sizes[0].url

    after = uploaded(studio, None)
    look(studio)
    current = studio.app.studios.current().logo
    assert current and str(after) in current.sizes[0].url
    look(studio)
    assert left(studio, before) == []
    with pytest.raises(PhotoNotFoundError):
        studio.app.photos.remove(after)

    studio.app.photos.remove_logo()
    assert studio.app.studios.current().logo is None


def test_a_repeated_request_announces_one_photo_with_a_form_that_works(studio: Studio) -> None:
    hall = studio.hall()

    first, again = announce(studio, hall.id, "k-photo"), announce(studio, hall.id, "k-photo")

    assert first.id == again.id and again.upload
    assert len(studio.app.photos.of_hall(hall.id)) == 1


def test_a_hall_has_fifty_photos_at_most(studio: Studio) -> None:
    hall = studio.hall()
    for _ in range(50):
        announce(studio, hall.id)
    with pytest.raises(TooManyPhotosError):
        announce(studio, hall.id)
