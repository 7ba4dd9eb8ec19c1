"""What was said about a field, as a slot or in the words of an answer, read into the value that is kept."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from domain import money
from domain.approvals import Field, Kind, Scalar
from domain.calendar import WorkCalendar
from domain.errors import BadValue
from handlers.language.amounts import moneys, percents, vague_end
from handlers.language.answers import moment_answer
from handlers.language.folding import fold, squeeze
from handlers.language.numbers import numbers
from handlers.language.tables import Table, default_tables

LONGEST_TEXT = 500
"""Characters of a text that are kept."""
MOST_DAYS = 366
LONGEST_SPAN = 400
"""Days between two dates that are still counted one by one."""
HALF = Decimal("0.5")
_TAKEN_OFF = re.compile(r"让|降|减|优惠|点|off")
_WEEK = re.compile(r"(\d{4})-W(\d{2})")
_MONTH = re.compile(r"(\d{4})-(\d{2})")

LIKE: Mapping[Kind, str] = {
    Kind.MONEY: "「1280元」或「3.5万」",
    Kind.DAYS: "「3天」或「半天」",
    Kind.PERCENT: "「12%」",
    Kind.DISCOUNT: "「85折」",
    Kind.NUMBER: "「30」",
    Kind.CHOICE: "其中一项",
}


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads at a moment (UTC) on the company's calendar."""

    now: datetime
    calendar: WorkCalendar

    def read(self, field: Field, said: object) -> Scalar:
        """The value of a field.

        Args:
            said: the slot of corpus/README.md 1.3, or what a person typed when asked.

        Raises:
            BadValue: it cannot be read as this kind of field.
        """
        text = str(said).strip()
        value = self._value(field, text)
        if value is None or text == "":
            raise BadValue(what=field.label, value=text[:20], like=LIKE.get(field.kind, "文字"))
        return value

    def _value(self, field: Field, text: str) -> Scalar | None:
        match field.kind:
            case Kind.MONEY:
                return _fen(text)
            case Kind.DAYS:
                return _days(text)
            case Kind.DATE:
                return self._date(text)
            case Kind.PERCENT:
                return _share(text)
            case Kind.DISCOUNT:
                return _discount(text)
            case Kind.NUMBER:
                return _whole(text)
            case Kind.CHOICE:
                return _choice(text, field.choices)
        return text[:LONGEST_TEXT]

    def _date(self, text: str) -> str:
        said = moment_answer(text, self.now, self.calendar)
        week, month = _WEEK.fullmatch(said), _MONTH.fullmatch(said)
        if week:
            said = date.fromisocalendar(int(week[1]), int(week[2]), 1).isoformat()
        elif month:
            said = f"{said}-01"
        return datetime.fromisoformat(said).isoformat(timespec="minutes") if "T" in said else said

    def counted(self, start: Scalar | None, end: Scalar | None) -> str | None:
        """The working days from one date to another, both included; None when one is missing or none is worked."""
        if start is None or end is None:
            return None
        first, last = _day(start), _day(end)
        if (last - first).days > LONGEST_SPAN:
            return None
        days = (date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1))
        worked = sum(1 for day in days if self.calendar.is_workday(day))
        return str(worked) if worked else None


def _day(value: Scalar) -> date:
    return datetime.fromisoformat(str(value)).date()


def _squeezed(text: str) -> str:
    return squeeze(fold(text[:LONGEST_TEXT]).text)[0]


def _number(text: str) -> Decimal | None:
    """The first number of the text, `五十来万` as the nominal 500000."""
    try:
        exact = Decimal(text)
    except InvalidOperation:
        plain = _squeezed(text)
        first = next(numbers(plain), None)
        return vague_end(plain, first).value if first else None
    return exact if exact.is_finite() and abs(exact) < money.LARGEST else None


def _fen(text: str) -> int | None:
    plain = _squeezed(text)
    amount = next((found.value for found in moneys(plain, list(numbers(plain)))), None)
    try:
        fen = money.yuan(amount if amount is not None else _number(text) or text)
    except money.NotMoney:
        return None
    return fen if fen > 0 else None


def _days(text: str) -> str | None:
    plain = _squeezed(text)
    number = _number(text)
    if plain.startswith("半"):
        number = HALF
    elif number is not None and "半" in plain:
        number += HALF
    if number is None or not 0 < number <= MOST_DAYS:
        return None
    return f"{number.normalize():f}"


def _percent(text: str) -> Decimal | None:
    plain = _squeezed(text)
    return next((found.value / 100 for found in percents(plain, list(numbers(plain)))), None)


def _share(text: str) -> str | None:
    share = _percent(text)
    if share is None:
        number = _number(text)
        share = number / 100 if number is not None and number > 1 else number
    return f"{share.normalize():f}" if share is not None and 0 <= share <= 1 else None


def _discount(text: str) -> str | None:
    share = _percent(text)
    if share is not None and _TAKEN_OFF.search(_squeezed(text)):
        share = 1 - share
    if share is None:
        share = _number(text)
        while share is not None and share > 1:
            share /= 10
    return f"{share.normalize():f}" if share is not None and 0 < share <= 1 else None


def _whole(text: str) -> int | None:
    number = _number(text)
    if number is None or number != number.to_integral_value() or not 0 < number < money.LARGEST:
        return None
    return int(number)


def _choice(text: str, choices: tuple[str, ...]) -> str | None:
    """One of the choices: itself, a synonym of the company's tables, or the one that the text contains."""
    if text in choices:
        return text
    plain = _squeezed(text)
    for table in (default_tables().categories, default_tables().leave_types):
        meant = _meant(table, plain)
        if meant in choices:
            return meant
    within = [choice for choice in choices if _squeezed(choice) in plain or (plain and plain in _squeezed(choice))]
    return within[0] if len(within) == 1 else None


def _meant(table: Table, plain: str) -> str | None:
    hits = table.find(plain)
    return hits[0].value if hits else None
