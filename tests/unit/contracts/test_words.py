"""Which words somebody reads."""

import pytest

from shared_schemas.booking.extras import AddOn
from shared_schemas.common import Money
from shared_schemas.errors import Locale
from shared_schemas.words import Texts, Wording, in_language

OWN = AddOn.model_validate(
    {"id": "7d5bb1f3-4f0c-4d6a-9a53-0c6f2ec9c1a1", "name": "Дым", "description": "Густой", "unit": "booking",
     "price": Money(amount=400)}
)  # fmt: skip
BOTH = OWN.model_copy(update={"texts": Texts(en=Wording(name="Smoke"), ru=Wording(description="Очень густой"))})


@pytest.mark.parametrize(
    ("language", "words"), [(None, ("Дым", "Густой")), ("en", ("Smoke", "Густой")), ("ru", ("Дым", "Очень густой"))]
)
def test_a_language_has_its_words_and_the_studio_s_own_where_it_has_none(
    language: Locale | None, words: tuple[str, str]
) -> None:
    read = in_language(BOTH, language)

    assert ((read.name, read.description), read.texts) == (words, BOTH.texts)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_what_has_no_other_words_is_read_as_it_is(language: Locale) -> None:
    assert in_language(OWN, language) == OWN
    assert in_language(OWN.model_copy(update={"texts": Texts()}), language).name == "Дым"
