"""Reports as pictures: a heat map of the week, columns over time, bars of what has a name."""

from collections.abc import Sequence
from functools import singledispatch

from integration.charts import texts
from integration.charts.bars import Bar, Bars
from integration.charts.columns import Columns, Series
from integration.charts.heat_map import Cell, HeatMap
from integration.charts.numbers import Format, weekday
from integration.charts.texts import Words
from shared_schemas.errors import Locale, Text
from shared_schemas.integration.reports import (
    HoldsReport,
    HoldsRow,
    LeadTimeReport,
    NoShowsReport,
    PromoCodesReport,
    ReportQuery,
    RevenueReport,
    UtilisationReport,
    UtilisationRow,
)

WHOLE = 100.0
NAMED = ("hall", "visit_purpose")
"""What has a name, and no place in time."""
HOLDS = (
    ("confirmed", texts.CONFIRMED, "second"),
    ("expired", texts.EXPIRED, "bad"),
    ("cancelled", texts.CANCELLED, "third"),
    ("waiting", texts.WAITING, "idle"),
)


@singledispatch
def picture(report: object, locale: Locale) -> str:
    """A report as SVG, in the reader's language."""
    raise TypeError(f"there is no picture of {type(report).__name__} in {locale}")


@picture.register
def _(report: UtilisationReport, locale: Locale) -> str:
    words, by, total = Words(locale), report.question.by, report.totals
    sold = words.say(
        texts.SOLD,
        percent=words.share(total.percent),
        open=words.hours(total.open_minutes),
        outside=words.hours(total.outside_minutes),
    )
    title, subtitle = words.say(texts.UTILISATION), _subtitle(words, report.question, sold)
    if by == "weekday_hour":
        return _week(report.rows, title, subtitle, words)
    if by == "hall":
        bars = [Bar(words.row(r, by), r.percent or 0, _of_open(r, words)) for r in report.rows]
        return _bars(title, subtitle, bars, words, words.percent, WHOLE)
    labels, values = [words.row(r, by) for r in report.rows], [r.percent or 0 for r in report.rows]
    return Columns(title, subtitle, labels, [Series(title, "first", values)], words.percent, WHOLE).draw()


def _week(rows: Sequence[UtilisationRow], title: str, subtitle: str, words: Words) -> str:
    days, hours = range(1, 8), range(24)
    cells = {
        (row.weekday - 1, row.hour): Cell(row.percent, _cell_words(row, words))
        for row in rows
        if row.weekday and row.hour is not None
    }
    names = [weekday(number, words.locale) for number in days]
    columns = [f"{hour:02}" for hour in hours]
    return HeatMap(title, subtitle, names, columns, cells, words.percent, words.say(texts.CLOSED)).draw()


def _cell_words(row: UtilisationRow, words: Words) -> str:
    when = f"{weekday(row.weekday or 1, words.locale)} {row.hour or 0:02}:00"
    return f"{when} · {words.share(row.percent)} · {_of_open(row, words)}"


def _of_open(row: UtilisationRow, words: Words) -> str:
    sold = words.hours(row.sold_minutes - row.outside_minutes)
    return words.say(texts.OF_HOURS, sold=sold, open=words.hours(row.open_minutes))


@picture.register
def _(report: RevenueReport, locale: Locale) -> str:
    words, by, total = Words(locale), report.question.by, report.totals
    amounts = {name: words.money(getattr(total, name).amount) for name in ("gross", "refunds", "net")}
    title = words.say(texts.REVENUE)
    subtitle = _subtitle(words, report.question, words.say(texts.MONEY, **amounts))
    if by not in ("day", "week", "month"):
        rows = sorted(report.rows, key=lambda row: -row.net.amount)
        notes = [f"(−{words.money(row.refunds.amount)})" if row.refunds.amount else "" for row in rows]
        bars = [Bar(words.row(row, by), row.net.amount, note) for row, note in zip(rows, notes, strict=True)]
        return _bars(title, subtitle, bars, words, words.money)
    series = [
        Series(words.say(texts.GROSS), "first", [row.gross.amount for row in report.rows]),
        Series(words.say(texts.REFUNDS), "bad", [-row.refunds.amount for row in report.rows]),
    ]
    return Columns(title, subtitle, [words.row(row, by) for row in report.rows], series, words.money).draw()


@picture.register
def _(report: HoldsReport, locale: Locale) -> str:
    words, by, total = Words(locale), report.question.by, report.totals
    held = words.say(
        texts.HELD,
        confirmed=words.count(total.confirmed),
        created=words.count(total.created),
        percent=words.share(total.percent),
        median="–" if total.median_minutes is None else words.count(total.median_minutes),
    )
    title, subtitle = words.say(texts.HOLDS), _subtitle(words, report.question, held)
    if by in NAMED:
        bars = [Bar(words.row(r, by), r.percent or 0, _of_created(r, words)) for r in report.rows]
        return _bars(title, subtitle, bars, words, words.percent, WHOLE)
    series = [Series(words.say(text), tone, [getattr(r, name) for r in report.rows]) for name, text, tone in HOLDS]
    return Columns(title, subtitle, [words.row(row, by) for row in report.rows], series, words.count).draw()


def _of_created(row: HoldsRow, words: Words) -> str:
    return f"{words.count(row.confirmed)} / {words.count(row.created)}"


@picture.register
def _(report: LeadTimeReport, locale: Locale) -> str:
    words, total = Words(locale), report.totals
    median = "–" if total.median_hours is None else words.count(total.median_hours / 24)
    ahead = words.say(texts.AHEAD, visits=words.count(total.visits), days=median)
    series = Series(words.say(texts.VISITS), "first", [row.visits for row in report.rows])
    labels = [words.row(row, "days") for row in report.rows]
    subtitle = _subtitle(words, report.question, ahead)
    return Columns(words.say(texts.LEAD_TIME), subtitle, labels, [series], words.count).draw()


@picture.register
def _(report: NoShowsReport, locale: Locale) -> str:
    words, by, total = Words(locale), report.question.by, report.totals
    missed = words.say(
        texts.MISSED,
        no_shows=words.count(total.no_shows),
        visits=words.count(total.visits),
        percent=words.share(total.percent),
        missed=words.money(total.missed.amount),
    )
    title, subtitle = words.say(texts.NO_SHOWS), _subtitle(words, report.question, missed)
    labels, shares = [words.row(row, by) for row in report.rows], [row.percent or 0 for row in report.rows]
    if by in NAMED:
        notes = [f"{words.count(row.no_shows)} / {words.count(row.visits)}" for row in report.rows]
        bars = [Bar(*values) for values in zip(labels, shares, notes, strict=True)]
        return _bars(title, subtitle, bars, words, words.percent, tone="bad")
    series = Series(words.say(texts.SHARE), "bad", shares)
    return Columns(title, subtitle, labels, [series], words.percent).draw()


@picture.register
def _(report: PromoCodesReport, locale: Locale) -> str:
    words, total = Words(locale), report.totals
    figures = {"confirmed": words.count(total.confirmed), "created": words.count(total.created)}
    spent = words.say(texts.PROMO, **figures, discount=words.money(total.discount.amount))
    rows = sorted(report.rows, key=lambda row: -row.sold.amount)
    bars = [Bar(words.row(row, ""), row.sold.amount, f"× {words.count(row.confirmed)}") for row in rows]
    subtitle = _subtitle(words, report.question, spent)
    return _bars(words.say(texts.PROMO_CODES), subtitle, bars, words, words.money)


def _subtitle(words: Words, question: ReportQuery, what: str) -> str:
    return f"{words.period(question)} · {what}"


def _bars(
    title: str,
    subtitle: str,
    rows: Sequence[Bar],
    words: Words,
    write: Format,
    most: float | None = None,
    tone: str = "first",
) -> str:
    more: Text = texts.MORE
    return Bars(title, subtitle, rows, write, words.say(more, count="{count}"), most, tone).draw()
