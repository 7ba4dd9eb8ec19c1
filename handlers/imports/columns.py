"""Columns of import files: what each may hold, and what is wrong where it does not."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from domain.money import NotMoney, yuan

MOST = 50
"""Troubles told one by one; of the rest only the number."""

LARGEST = 10**12

BATCH = 500
"""Rows looked up and kept at once."""

T = TypeVar("T")

_SEPARATORS = re.compile(r"[、,，;；\n]")
_WHOLE = re.compile(r"-?\d+\.0+")


@dataclass(frozen=True, slots=True)
class Table:
    """A file's first sheet: the header, and the rows that hold anything, each with its number in the file (from 1)."""

    header: Sequence[str]
    rows: Sequence[tuple[int, Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong in a row: the column, and what is expected there."""

    row: int
    column: str
    says: str

    def __str__(self) -> str:
        return f"第{self.row}行「{self.column}」: {self.says}"


class Refused(Exception):
    """The file cannot be taken; nothing of it was. `str(error)` is the whole list for the person, a line each."""

    def __init__(self, *sentences: str, troubles: Sequence[Trouble] = ()) -> None:
        told = [str(trouble) for trouble in sorted(troubles, key=lambda trouble: trouble.row)]
        more = [f"……另有 {len(told) - MOST} 处"] if len(told) > MOST else []
        super().__init__("\n".join([*sentences, *told[:MOST], *more]))
        self.troubles = tuple(troubles)


@dataclass(slots=True)
class Counts:
    """What an import did."""

    added: int = 0
    changed: int = 0
    same: int = 0

    def __str__(self) -> str:
        total = self.added + self.changed + self.same
        return f"新增 {self.added}, 更新 {self.changed}, 未变 {self.same} (共 {total} 条)"


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `read` turns a cell that is not empty into its value or raises ValueError; `expects` is for people."""

    name: str
    read: Callable[[str], Any]
    expects: str
    required: bool = False
    empty: Any = ""


@dataclass(frozen=True, slots=True)
class Record:
    """A row that could be read. `values` has every column of the file; see `get` for those it does not have."""

    row: int
    values: dict[str, Any] = field(default_factory=dict)

    def get(self, column: str, otherwise: Any) -> Any:
        """The value of a column, `otherwise` where the file has no such column."""
        return self.values.get(column, otherwise)


def records(table: Table, columns: Sequence[Column]) -> tuple[list[Record], list[Trouble]]:
    """The rows as values, and what is wrong with those that could not be read.

    Raises:
        Refused: the header has unknown, repeated or missing columns, or there are no rows.
    """
    header = _checked_header(table.header, columns)
    known = {column.name: column for column in columns}
    read: list[Record] = []
    troubles: list[Trouble] = []
    for number, cells in table.rows:
        record = Record(number)
        before = len(troubles)
        for place, name in enumerate(header):
            cell = cells[place].strip() if place < len(cells) else ""
            if name:
                _read(cell, known[name], record, troubles)
            elif cell:
                troubles.append(Trouble(number, f"第{place + 1}列", "这一列没有列名, 请填上列名或清空"))
        if len(troubles) == before:
            read.append(record)
    if not table.rows:
        raise Refused("文件里没有数据行: 第一行是列名, 从第二行开始填数据。")
    return read, troubles


def _checked_header(header: Sequence[str], columns: Sequence[Column]) -> list[str]:
    names = [cell.strip().rstrip("*＊").strip() for cell in header]
    known = [column.name for column in columns]
    said = [name for name in names if name]
    sentences = []
    if unknown := [name for name in said if name not in known]:
        sentences.append(f"不认识的列: {'、'.join(unknown)}。可用的列: {'、'.join(known)}。")
    if repeated := sorted({name for name in said if said.count(name) > 1}):
        sentences.append(f"重复的列: {'、'.join(repeated)}。每列只能出现一次。")
    if missing := [column.name for column in columns if column.required and column.name not in said]:
        sentences.append(f"缺少必需的列: {'、'.join(missing)}。")
    if sentences:
        raise Refused(*sentences)
    return names


def _read(cell: str, column: Column, record: Record, troubles: list[Trouble]) -> None:
    if not cell:
        if column.required:
            troubles.append(Trouble(record.row, column.name, f"不能为空, 应是{column.expects}"))
        record.values[column.name] = column.empty
        return
    try:
        record.values[column.name] = column.read(cell)
    except ValueError:
        troubles.append(Trouble(record.row, column.name, f"应是{column.expects}, 现在是「{cell[:30]}」"))


def text(longest: int) -> Callable[[str], str]:
    """Text of at most so many characters."""

    def read(cell: str) -> str:
        if len(cell) > longest:
            raise ValueError(cell)
        return " ".join(cell.split())

    return read


def code(longest: int) -> Callable[[str], str]:
    """A code; one that a spreadsheet took for a number (`1001.0`) is whole again."""

    def read(cell: str) -> str:
        plain = cell.partition(".")[0] if _WHOLE.fullmatch(cell) else cell
        if len(plain) > longest or any(character.isspace() for character in plain):
            raise ValueError(cell)
        return plain

    return read


def phone(cell: str) -> str:
    """A telephone number as digits, without the country code of China."""
    plain = cell.partition(".")[0] if _WHOLE.fullmatch(cell) else cell
    digits = re.sub(r"[\s\-()（）]", "", plain)
    digits = re.sub(r"^(?:\+|00)86", "", digits).lstrip("+")
    if not re.fullmatch(r"\d{6,15}", digits):
        raise ValueError(cell)
    return digits


def several(longest: int) -> Callable[[str], tuple[str, ...]]:
    """Words between 、 or commas, each once and in order."""

    def read(cell: str) -> tuple[str, ...]:
        words = tuple(dict.fromkeys(word.strip() for word in _SEPARATORS.split(cell) if word.strip()))
        if any(len(word) > longest for word in words):
            raise ValueError(cell)
        return words

    return read


def count(cell: str) -> int:
    """A whole number from 0 on; `2.0` and `1,200` are such."""
    try:
        number = Decimal(cell.replace(",", "").replace("，", ""))
    except InvalidOperation as error:
        raise ValueError(cell) from error
    if not number.is_finite() or number != number.to_integral_value() or not 0 <= number <= LARGEST:
        raise ValueError(cell)
    return int(number)


def money(cell: str) -> int:
    """Fen of an amount in yuan, not negative."""
    try:
        fen = yuan(cell)
    except NotMoney as error:
        raise ValueError(cell) from error
    if fen < 0:
        raise ValueError(cell)
    return fen


def repeated(read: Iterable[Record], column: str, key: Callable[[Record], Any]) -> list[Trouble]:
    """Rows whose key stood in an earlier row; rows without one are left out."""
    first: dict[Any, int] = {}
    troubles = []
    for record in read:
        value = key(record)
        if value and first.setdefault(value, record.row) != record.row:
            troubles.append(Trouble(record.row, column, f"与第{first[value]}行重复"))
    return troubles


def batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """The same in pieces of at most `BATCH`."""
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]
