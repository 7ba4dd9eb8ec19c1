"""Tables out of .xlsx and .csv files, whoever made them: nothing is unpacked before its true size is known."""

import csv
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO

from handlers.imports import Refused, Table

LARGEST_FILE = 20 * 2**20
LARGEST_UNPACKED = 200 * 2**20
MOST_ENTRIES = 2000
MOST_ROWS = 100_000
MOST_COLUMNS = 64
LONGEST_CELL = 4000
CHUNK = 2**16

_DEFLATED, _STORED = 8, 0
_SHEET = re.compile(r"(?i)^/?xl/worksheets/[^/]+\.xml$")
_REFERENCE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{0,8})(\d{1,12})["']""")
_OVERLAP = 64
_ENCODINGS = ("utf-8-sig", "gb18030")
_WIDE = (b"\xff\xfe", b"\xfe\xff")


def read_table(path: Path) -> Table:
    """The first sheet of an .xlsx or .csv file as text; rows without any content are left out.

    Raises:
        Refused: it is neither, too large, damaged, or not what it says it is.
    """
    try:
        size = path.stat().st_size
    except OSError as error:
        raise Refused(f"打不开文件 {path.name}: {error.strerror}。") from error
    if size > LARGEST_FILE:
        raise Refused(f"文件超过 {LARGEST_FILE // 2**20} MB, 请拆成几个文件再导入。")
    match path.suffix.lower():
        case ".xlsx":
            rows = _workbook(path)
        case ".csv":
            rows = _separated(path.read_bytes())
        case other:
            raise Refused(f"不支持「{other or path.name}」文件, 请另存为 .xlsx 或 .csv(UTF-8 或 GB18030)。")
    return _table(rows)


def _table(rows: Iterable[list[str]]) -> Table:
    header: list[str] = []
    kept: list[tuple[int, list[str]]] = []
    for number, cells in enumerate(rows, 1):
        if number > MOST_ROWS + 1:
            raise Refused(f"超过 {MOST_ROWS} 行, 请拆成几个文件再导入。")
        if len(cells) > MOST_COLUMNS and any(cells[MOST_COLUMNS:]):
            raise Refused(f"第{number}行超过 {MOST_COLUMNS} 列, 请检查文件。")
        if any(len(cell) > LONGEST_CELL for cell in cells):
            raise Refused(f"第{number}行有单元格超过 {LONGEST_CELL} 个字, 请检查文件。")
        if number == 1:
            header = cells
        elif any(cell.strip() for cell in cells):
            kept.append((number, cells))
    if not any(cell.strip() for cell in header):
        raise Refused("文件的第一行应该是列名, 现在是空的。")
    return Table(header, kept)


def _separated(content: bytes) -> Iterator[list[str]]:
    text = _decoded(content)
    first = text.split("\n", 1)[0]
    separator = max(",\t;", key=first.count)
    csv.field_size_limit(LONGEST_CELL * 4)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=False)
    except csv.Error as error:
        raise Refused(f"CSV 文件有问题({error}), 请重新另存为 CSV。") from error


def _decoded(content: bytes) -> str:
    for encoding in ("utf-16",) if content.startswith(_WIDE) else _ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("文件的编码不是 UTF-8 也不是 GB18030, 请另存为「CSV UTF-8」。")


def _workbook(path: Path) -> Iterator[list[str]]:
    _require_harmless(path)
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            sheets = [
                place
                for place, sheet in enumerate(book.sheets_metadata)
                if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
            ]
            if not sheets:
                raise Refused("文件里没有可见的工作表。")
            sheet = book.get_sheet_by_index(sheets[0])
            rows = sheet.to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError) as error:
        raise Refused(f"{path.name} 不是完好的 .xlsx 文件, 请用 Excel 或 WPS 重新另存。") from error
    for row in rows:
        yield [_shown(cell) for cell in row]


def _shown(cell: object) -> str:
    """A cell as people typed it: 13800138000.0 is a telephone number, 2.0 is 2."""
    match cell:
        case bool():
            return "是" if cell else "否"
        case float():
            number = Decimal(repr(cell))
            whole = number == number.to_integral_value() if number.is_finite() else False
            return format(number.quantize(Decimal(1)) if whole and abs(number) < 10**20 else number, "f")
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case datetime() | date() | time():
            return cell.isoformat()
    return str(cell)


def _require_harmless(path: Path) -> None:
    """Refuse archives that unpack to more than they may, by what they declare and by what is truly in them.

    Raises:
        Refused: it is too large, encrypted, damaged, or a sheet reaches beyond the limits.
    """
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            declared = sum(entry.file_size for entry in entries)
            if len(entries) > MOST_ENTRIES or declared > LARGEST_UNPACKED:
                raise _too_large()
            left = LARGEST_UNPACKED
            for entry in entries:
                left -= _unpacked(file, entry, left)
    except (zipfile.BadZipFile, zlib.error, struct.error, OSError, ValueError, NotImplementedError) as error:
        raise Refused(f"{path.name} 不是完好的 .xlsx 文件, 请用 Excel 或 WPS 重新另存。") from error


def _unpacked(file: BinaryIO, entry: zipfile.ZipInfo, most: int) -> int:
    """The true size of an entry; what cells it speaks of is checked on the way."""
    if entry.flag_bits & 1:
        raise Refused("文件有密码, 请去掉密码后再导入。")
    if entry.compress_type not in (_STORED, _DEFLATED):
        raise zipfile.BadZipFile(f"method {entry.compress_type}")
    is_sheet = _SHEET.match(entry.filename) is not None
    size, tail = 0, b""
    for piece in _pieces(file, entry):
        size += len(piece)
        if size > most:
            raise _too_large()
        _check_reach(tail + piece, rows=is_sheet)
        tail = (tail + piece)[-_OVERLAP:]
    return size


def _pieces(file: BinaryIO, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """What is truly there, whatever sizes are declared for the unpacked content."""
    file.seek(entry.header_offset)
    name, extra = struct.unpack("<26xHH", file.read(30))
    file.seek(name + extra, io.SEEK_CUR)
    left = entry.compress_size
    inflate = zlib.decompressobj(-zlib.MAX_WBITS) if entry.compress_type == _DEFLATED else None
    while left > 0 and (packed := file.read(min(CHUNK, left))):
        left -= len(packed)
        if inflate is None:
            yield packed
            continue
        while packed and not inflate.eof:
            yield inflate.decompress(packed, CHUNK)
            packed = inflate.unconsumed_tail


def _check_reach(piece: bytes, *, rows: bool) -> None:
    """Refuse references to cells beyond the limits, wherever a sheet may hide; `rows`: and numbers of rows alone."""
    for column, row in _REFERENCE.findall(piece):
        if (column or rows) and (int(row) > MOST_ROWS + 1 or _place(column) > MOST_COLUMNS):
            raise Refused(
                f"表格用到了 {column.decode().upper()}{row.decode()}, 超出了 {MOST_COLUMNS} 列 {MOST_ROWS} 行的范围。"
                "请把数据复制到新文件里再导入。"
            )


def _place(letters: bytes) -> int:
    """The place of a column by its letters, from 1; 0 without letters."""
    place = 0
    for letter in letters.upper():
        place = place * 26 + letter - 64
    return place


def _too_large() -> Refused:
    return Refused(f"文件解压后超过 {LARGEST_UNPACKED // 2**20} MB, 没有导入。请把数据复制到新文件里再试。")
