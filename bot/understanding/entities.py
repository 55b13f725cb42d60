"""Amounts and dates in what people type. A reading is only ever proposed: flows confirm it before anything is done."""

import re
from datetime import date, timedelta
from decimal import Decimal

from bot.understanding.words import normal
from shared.currency import exponent_of
from shared.money import MAX_MINOR, Money

_AMOUNT = re.compile(
    r"(?<![\w.,])(\d[\d.,'\u00a0\u202f ]*\d|\d)\s*(k|m|thousand|mille|mil|million|dubu|elfu|puku|ألف)?(?![\w])"
)
_SCALE = {
    "k": 1_000, "thousand": 1_000, "mille": 1_000, "mil": 1_000, "dubu": 1_000, "elfu": 1_000, "puku": 1_000,
    "ألف": 1_000, "m": 1_000_000, "million": 1_000_000,
}  # fmt: skip
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫٬", "01234567890123456789.,")

# Days from today and weekdays, Monday first, in every language of ours.
_DAYS = {
    0: "today, aujourd'hui, yau, lónìí, òní, taa, leo, اليوم, hoje",
    1: "tomorrow, tmrw, demain, gobe, lọ́la, ọ̀la, echi, kesho, غدا, amanhã",
    2: "day after tomorrow, après-demain, jibi, ọ̀túnla, nwanne echi, kesho kutwa, بعد غد, depois de amanhã",
    7: "next week, in a week, la semaine prochaine, mako mai zuwa, ọ̀sẹ̀ tó ń bọ̀, izu ụka na-abịa, wiki ijayo,"
    " الأسبوع القادم, próxima semana, semana que vem",
}
_WEEKDAYS = (
    "monday, lundi, litinin, ọjọ́ ajé, mọnde, jumatatu, الاثنين, segunda, segunda feira",
    "tuesday, mardi, talata, ọjọ́ ìṣẹ́gun, tuzdee, jumanne, الثلاثاء, terça, terça feira",
    "wednesday, mercredi, laraba, ọjọ́rú, wenezdee, jumatano, الأربعاء, quarta, quarta feira",
    "thursday, jeudi, alhamis, ọjọ́bọ̀, tọzdee, alhamisi, الخميس, quinta, quinta feira",
    "friday, vendredi, jumma'a, jumaa, ẹtì, fraịdee, ijumaa, الجمعة, sexta, sexta feira",
    "saturday, samedi, asabar, àbámẹ́ta, satọdee, jumamosi, السبت, sábado",
    "sunday, dimanche, lahadi, àìkú, sọnde, jumapili, الأحد, domingo",
)
_MONTHS = (
    "january, jan, janvier, janairu, jenụwarị, januari, يناير, janeiro",
    "february, feb, février, fevrier, faburairu, febụwarị, februari, فبراير, fevereiro",
    "march, mar, mars, maris, maachị, machi, مارس, março",
    "april, apr, avril, afirilu, epreel, aprili, أبريل, abril",
    "may, mai, mayu, mee, mei, مايو, maio",
    "june, jun, juin, yuni, juun, juni, يونيو, junho",
    "july, jul, juillet, yuli, julaị, julai, يوليو, julho",
    "august, aug, août, agusta, ọgọọst, agosti, أغسطس, agosto",
    "september, sep, sept, septembre, satumba, septemba, septemba, سبتمبر, setembro",
    "october, oct, octobre, oktoba, ọktoba, أكتوبر, outubro",
    "november, nov, novembre, nuwamba, novemba, نوفمبر, novembro",
    "december, dec, décembre, disamba, disemba, desemba, ديسمبر, dezembro",
)


def _table(rows: "dict[int, str] | tuple[str, ...]") -> dict[str, int]:
    pairs = rows.items() if isinstance(rows, dict) else enumerate(rows)
    return {normal(form): key for key, forms in pairs for form in forms.split(",")}


_DAY_OF, _WEEKDAY_OF, _MONTH_OF = _table(_DAYS), _table(_WEEKDAYS), _table(_MONTHS)
_ISO = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b")
_NUMERIC = re.compile(r"\b(\d{1,2})[./-](\d{1,2})(?:[./-](\d{2,4}))?\b")
_IN_DAYS = re.compile(r"\b(\d{1,2})\s*(?:days?|jours?|kwanaki|ọjọ́|ojo|ụbọchị|ubochi|siku|أيام|يوم|dias?)\b")


def amount_in(text: str, currency: str) -> Money | None:
    """The one amount that `text` names in `currency`, above zero; none where there is none or more than one.

    A point or comma before exactly one or two last digits is taken for the decimal one, any other for a thousands
    separator; more decimals than the currency has is no amount.
    """
    spoken = text.translate(_DIGITS).casefold()
    found = _AMOUNT.findall(re.sub(r"[₦$€£]|ngn|ksh|kes|ghs|usd|eur|xof|cfa|naira", " ", spoken))
    if len(found) != 1:
        return None
    value = _number(found[0][0])
    if value is None:
        return None
    minor = (value * _SCALE.get(found[0][1], 1)).scaleb(exponent_of(currency))
    if minor != minor.to_integral_value() or not 0 < minor <= MAX_MINOR:
        return None
    return Money.of(int(minor), currency)


def _number(written: str) -> Decimal | None:
    compact = re.sub(r"[\s'\u00a0\u202f]", "", written)
    head, mark, tail = compact, "", ""
    if found := re.fullmatch(r"(.*\d)([.,])(\d{1,2})", compact):
        head, mark, tail = found.groups()
    if not re.fullmatch(r"\d+|\d{1,3}([.,]\d{3})+", head) or (mark and mark in head):
        return None
    return Decimal(re.sub(r"[.,]", "", head) + (f".{tail}" if tail else ""))


def date_in(text: str, today: date) -> date | None:
    """The day that `text` names, today or later, the next one where several would do; day before month.

    None where no day is named, or one that is past or does not exist.
    """
    spoken = text.translate(_DIGITS)
    if found := _ISO.search(spoken):
        return _day(int(found[1]), int(found[2]), int(found[3]), today)
    if found := _NUMERIC.search(spoken):
        return _next(int(found[1]), int(found[2]), today, found[3])
    if found := _IN_DAYS.search(spoken.casefold()):
        return today + timedelta(days=int(found[1]))
    return _named(normal(spoken), today)


def _named(plain: str, today: date) -> date | None:
    """A day by the name of its month, of its distance, or of the week's day."""
    for form, month in _MONTH_OF.items():
        day = re.search(
            rf"\b(\d{{1,2}})\w{{0,2}} (?:de |of )?{re.escape(form)}\b|\b{re.escape(form)} (\d{{1,2}})\b", plain
        )
        if day:
            return _next(int(day[1] or day[2]), month + 1, today, None)
    for form in sorted(_DAY_OF, key=len, reverse=True):
        if re.search(rf"\b{re.escape(form)}\b", plain):
            return today + timedelta(days=_DAY_OF[form])
    for form, weekday in _WEEKDAY_OF.items():
        if re.search(rf"\b{re.escape(form)}\b", plain):
            return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    return None


def _next(day: int, month: int, today: date, year: str | None) -> date | None:
    if year is not None:
        return _day(int(year) + (2000 if len(year) == 2 else 0), month, day, today)
    return _day(today.year, month, day, today) or _day(today.year + 1, month, day, today)


def _day(year: int, month: int, day: int, today: date) -> date | None:
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found if found >= today else None
