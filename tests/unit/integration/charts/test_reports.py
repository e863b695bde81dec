"""Every report as a picture, in both languages."""

from datetime import date
from typing import Any, get_args
from uuid import uuid4
from xml.etree import ElementTree

import pytest

from integration.charts import texts as svg_texts
from integration.charts.reports import picture
from integration.reports.representations import FORMS
from shared_schemas.common import Money, SignedMoney
from shared_schemas.errors import Locale, Text
from shared_schemas.integration.reports import (
    HoldsQuery,
    HoldsReport,
    HoldsRow,
    LeadTimeQuery,
    LeadTimeReport,
    LeadTimeRow,
    NoShowsQuery,
    NoShowsReport,
    NoShowsRow,
    PromoCodesQuery,
    PromoCodesReport,
    PromoCodesRow,
    ReportQuery,
    RevenueQuery,
    RevenueReport,
    RevenueRow,
    UtilisationQuery,
    UtilisationReport,
    UtilisationRow,
)

YEAR = {"from": date(2026, 1, 1), "to": date(2027, 1, 1)}
BY: dict[str, dict[str, Any]] = {
    "hall": {"hall_id": uuid4(), "hall_name": "Loft"},
    "weekday": {"weekday": 7},
    "hour": {"hour": 9},
    "weekday_hour": {"weekday": 7, "hour": 9},
    "day": {"date": date(2026, 2, 3)},
    "week": {"date": date(2026, 2, 2)},
    "month": {"date": date(2026, 2, 1)},
    "tariff": {"tariff": "Evening"},
    "provider": {"provider": "tkassa"},
    "purpose": {"purpose": "balance"},
    "visit_purpose": {"visit_purpose": "class"},
}


def rubles(amount: int) -> Money:
    return Money(amount=amount * 100)


def utilisation(by: Any) -> UtilisationReport:
    figures: dict[str, Any] = {"sold_minutes": 90, "outside_minutes": 30, "open_minutes": 240, "percent": 25.0}
    question = UtilisationQuery(**YEAR, by=by)
    row, total = UtilisationRow(**BY[by], **figures), UtilisationRow(**figures)
    return UtilisationReport(question=question, rows=[row], totals=total)


def revenue(by: Any) -> RevenueReport:
    figures: dict[str, Any] = {"payments": 3, "gross": rubles(7), "refunds": rubles(2), "net": SignedMoney(amount=500)}
    return RevenueReport(
        question=RevenueQuery(**YEAR, by=by), rows=[RevenueRow(**BY[by], **figures)], totals=RevenueRow(**figures)
    )


def holds(by: Any) -> HoldsReport:
    counts: dict[str, Any] = {"created": 10, "confirmed": 6, "expired": 2, "cancelled": 1, "waiting": 1}
    figures = counts | {"percent": 60.0, "median_minutes": 4.5}
    return HoldsReport(
        question=HoldsQuery(**YEAR, by=by), rows=[HoldsRow(**BY[by], **figures)], totals=HoldsRow(**figures)
    )


def no_shows(by: Any) -> NoShowsReport:
    figures: dict[str, Any] = {"visits": 8, "no_shows": 2, "percent": 25.0, "missed": rubles(7)}
    return NoShowsReport(
        question=NoShowsQuery(**YEAR, by=by), rows=[NoShowsRow(**BY[by], **figures)], totals=NoShowsRow(**figures)
    )


def lead_times() -> LeadTimeReport:
    rows = [
        LeadTimeRow(from_days=0, to_days=1, visits=3, total=rubles(1)),
        LeadTimeRow(from_days=90, visits=1, total=rubles(1)),
    ]
    totals = LeadTimeRow(visits=4, total=rubles(2), median_hours=36)
    return LeadTimeReport(question=LeadTimeQuery(**YEAR), rows=rows, totals=totals)


def promo_codes() -> PromoCodesReport:
    figures: dict[str, Any] = {"created": 5, "confirmed": 4, "sold": rubles(7), "discount": rubles(2)}
    rows, totals = [PromoCodesRow(promo_code="SPRING", **figures)], PromoCodesRow(**figures)
    return PromoCodesReport(question=PromoCodesQuery(**YEAR), rows=rows, totals=totals)


def choices(query: type[ReportQuery]) -> tuple[Any, ...]:
    return get_args(query.model_fields["by"].annotation)


REPORTS = [
    *map(utilisation, choices(UtilisationQuery)),
    *map(revenue, choices(RevenueQuery)),
    *map(holds, choices(HoldsQuery)),
    *map(no_shows, choices(NoShowsQuery)),
    lead_times(),
    promo_codes(),
]
NAMES = {
    "hall": "Loft", "weekday": "вс", "hour": "09:00", "weekday_hour": "вс", "day": "3 февр.", "week": "2 февр.",
    "month": "февр. 2026", "tariff": "Evening", "provider": "Т-Касса", "purpose": "Доплата",
    "visit_purpose": "Занятие",
}  # fmt: skip


def words(report: Any, locale: Locale) -> list[str]:
    drawn = ElementTree.fromstring(picture(report, locale))  # noqa: S314 - our own
    return ["".join(text.itertext()) for text in drawn.iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.parametrize("report", REPORTS, ids=lambda r: f"{type(r).__name__}-{getattr(r.question, 'by', '')}")
def test_a_picture_names_its_rows_and_its_period_in_the_readers_language(report: Any) -> None:
    russian, english = words(report, "ru"), words(report, "en")

    wanted = NAMES.get(getattr(report.question, "by", ""), "SPRING" if isinstance(report, PromoCodesReport) else "90+")
    assert wanted in russian
    assert russian[1].startswith("1 янв. 2026 – 31 дек. 2026 · ")
    assert english[1].startswith("1 Jan 2026 – 31 Dec 2026 · ")
    assert russian[0] != english[0]


@pytest.mark.parametrize(
    ("report", "told"),
    [
        (utilisation("hour"), "25% of 4 open hours sold; 0.5 h more outside opening hours"),
        (revenue("day"), "₽7 paid, ₽2 refunded, ₽5 net"),
        (holds("day"), "6 of 10 confirmed (60%), half of them within 4.5 min"),
        (no_shows("day"), "2 of 8 visits (25%), sold for ₽7"),
        (lead_times(), "4 visits, half of them within 1.5 days"),
        (promo_codes(), "4 of 5 bookings confirmed, ₽2 in discounts"),
    ],
)
def test_the_totals_are_told_in_a_sentence(report: Any, told: str) -> None:
    assert words(report, "en")[1].endswith(f" · {told}")


def drawn_boxes(report: Any, tone: str) -> list[ElementTree.Element]:
    drawn = ElementTree.fromstring(picture(report, "en"))  # noqa: S314 - our own
    return [rect for rect in drawn.iter("{http://www.w3.org/2000/svg}rect") if rect.get("class") == tone]


def test_refunds_hang_below_what_came() -> None:
    (_, came), (_, back) = (drawn_boxes(revenue("month"), tone) for tone in ("first", "bad"))

    axis = float(came.get("y") or 0) + float(came.get("height") or 0)
    assert float(back.get("y") or 0) == pytest.approx(axis, abs=0.1)
    assert float(came.get("height") or 0) / float(back.get("height") or 1) == pytest.approx(3.5, abs=0.1)


def test_a_hall_is_told_what_was_sold_of_its_hours() -> None:
    assert "25%  1 of 4 h" in words(utilisation("hall"), "en")
    assert "25\u00a0%  1 из 4 ч" in words(utilisation("hall"), "ru")


def test_one_day_is_no_span() -> None:
    question = LeadTimeQuery.model_validate({"from": date(2026, 1, 1), "to": date(2026, 1, 2)})
    one = lead_times().model_copy(update={"question": question})

    assert words(one, "en")[1].startswith("1 Jan 2026 · ")


def test_the_week_is_a_table_of_168_hours() -> None:
    assert sum(word.isdigit() for word in words(utilisation("weekday_hour"), "en")) == 24 + 1
    assert picture(utilisation("weekday_hour"), "en").count('class="track"') == 7 * 24 + 5


def test_both_languages_fill_in_the_same() -> None:
    texts = [text for text in vars(svg_texts).values() if isinstance(text, Text)]
    assert len(texts) > 15
    for text in texts:
        fields = [sorted(part.split("}")[0] for part in words.split("{")[1:]) for words in (text.en, text.ru)]
        assert fields[0] == fields[1]


def test_a_picture_asks_for_nothing_and_runs_nothing() -> None:
    (form,) = (form for form in FORMS if form.name == "svg")

    drawn = form.render(revenue("tariff"), "en")

    assert form.media_type == "image/svg+xml"
    assert "default-src 'none'" in form.headers["Content-Security-Policy"]
    assert not any(word in drawn for word in ("<script", "href", "url(", "@import", "<foreignObject"))
