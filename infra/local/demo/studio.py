"""What the demo studio says of itself."""

from typing import Any

STUDIO: dict[str, Any] = {
    "name": {"ru": "Циклорама", "en": "Cyclorama"},
    "description": {
        "ru": "Фотостудия с циклорамой, лофтом и тёмным залом: аренда по часам, круглосуточно",
        "en": "A photo studio with a cyclorama, a loft and a dark hall: for rent by the hour, day and night",
    },
    "legal_name": "ООО «Циклорама»",
    "inn": "7707083893",
    "addresses": [
        {
            "address": {
                "ru": "Москва, Электрозаводская улица, 21, этаж 3",
                "en": "Moscow, Elektrozavodskaya street 21, floor 3",
            },
            "directions": {
                "ru": "Три минуты от метро «Электрозаводская»; вход со двора, на охране назовите номер брони",
                "en": "Three minutes from the metro station Elektrozavodskaya; the entrance is in the yard: tell the"
                " guard the number of your booking",
            },
            "latitude": 55.7826,
            "longitude": 37.7036,
        }
    ],
    "phone": "+74951234567",
    "email": "hello@cyclorama.test",
    "links": {"telegram": "https://t.me/cyclorama_test", "vk": "https://vk.com/cyclorama_test"},
    "documents": [
        {"kind": "offer", "version": "2026-11", "url": "https://cyclorama.test/offer/2026-11", "since": "2026-11-01"},
        {
            "kind": "privacy",
            "version": "2026-11",
            "url": "https://cyclorama.test/privacy/2026-11",
            "since": "2026-11-01",
        },
    ],
    "currency": "RUB",
    "timezone": "Europe/Moscow",
    "languages": ["ru", "en"],
}
