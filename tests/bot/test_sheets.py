"""Tables out of files, also of those who mean no good."""

import io
import struct
import zipfile
import zlib
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from bot import sheets
from bot.sheets import read_table
from handlers.imports import Refused

HEADER = ["工号", "姓名", "手机"]
SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'


def a_csv(folder: Path, content: bytes | str, name: str = "t.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def a_workbook(folder: Path, rows: list[list[Any]], *, hidden_first: bool = False) -> Path:
    path = folder / "t.xlsx"
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as book:
        if hidden_first:
            book.add_worksheet("secret").hide()
        sheet = book.add_worksheet("data")
        sheet.activate()
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                sheet.write(number, place, cell)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_is_read_in_every_usual_encoding(tmp_path: Path, encoding: str) -> None:
    table = read_table(a_csv(tmp_path, "工号,姓名\nY001,周凯\n".encode(encoding)))

    assert (table.header, table.rows) == (["工号", "姓名"], [(2, ["Y001", "周凯"])])


@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_csv_may_be_separated_in_the_usual_ways(tmp_path: Path, separator: str) -> None:
    table = read_table(a_csv(tmp_path, f'工号{separator}姓名\r\nY001{separator}"周,凯"\r\n\r\nY002{separator}李\r\n'))

    assert table.rows == [(2, ["Y001", "周,凯"]), (4, ["Y002", "李"])]


def test_numbers_dates_and_booleans_of_a_workbook_come_right(tmp_path: Path) -> None:
    row = [1001, 13800138000.0, 2.0, 2.5, 0.1, True, False, datetime(2025, 6, 11), datetime(2025, 6, 11, 9, 30), ""]  # noqa: DTZ001
    table = read_table(a_workbook(tmp_path, [["a"] * 10, row]))

    assert table.rows[0][1][:9] == [
        "1001", "13800138000", "2", "2.5", "0.1", "是", "否", "2025-06-11", "2025-06-11T09:30:00",
    ]  # fmt: skip


def test_other_kinds_of_cells_are_told_as_they_are() -> None:
    assert [sheets._shown(cell) for cell in (time(9, 30), date(2025, 6, 11), 1e300, float("inf"), 7)] == [
        "09:30:00", "2025-06-11", format(10**300, "d"), "Infinity", "7",
    ]  # fmt: skip


def test_the_first_visible_sheet_is_read(tmp_path: Path) -> None:
    assert read_table(a_workbook(tmp_path, [HEADER, ["Y1", "周", "1"]], hidden_first=True)).header == HEADER


def test_empty_rows_keep_the_numbers_of_those_after_them(tmp_path: Path) -> None:
    assert [number for number, _ in read_table(a_workbook(tmp_path, [HEADER, [""], ["Y1"], [], ["Y2"]])).rows] == [3, 5]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("t.xls", b"x", "不支持「.xls」文件"),
        ("table", b"x", "不支持「table」文件"),
        ("t.csv", b"", "第一行应该是列名"),
        ("t.csv", b" , \nY1", "第一行应该是列名"),
        ("t.csv", b"\xff\xff\x81", "编码不是 UTF-8"),
        ("t.csv", b"a\n" + b"x" * 5000, "超过 4000 个字"),
        ("t.csv", b"a\n" + b"x" * 50_000, "CSV 文件有问题"),
        ("t.csv", b"a\n" + b"," * 70 + b"x", "第2行超过 64 列"),
        ("t.xlsx", b"not a zip", "不是完好的 .xlsx"),
    ],
)
def test_what_is_no_table_is_refused_in_words(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    with pytest.raises(Refused, match=says):
        read_table(a_csv(tmp_path, content, name))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="打不开文件"):
        read_table(tmp_path / "none.csv")


def test_limits_of_size_and_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = a_csv(tmp_path, "a\n1\n2\n3\n")
    monkeypatch.setattr(sheets, "MOST_ROWS", 2)
    with pytest.raises(Refused, match="超过 2 行"):
        read_table(path)
    monkeypatch.setattr(sheets, "LARGEST_FILE", 3)
    with pytest.raises(Refused, match="文件超过 0 MB"):
        read_table(path)


def a_zip(folder: Path, *entries: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    path = folder / "t.xlsx"
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return path


def test_a_zip_of_something_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="不是完好的"):
        read_table(a_zip(tmp_path, ("readme.txt", b"x"), method=zipfile.ZIP_STORED))


def test_a_declared_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "LARGEST_UNPACKED", 100_000)

    with pytest.raises(Refused, match="解压后超过"):
        read_table(a_zip(tmp_path, ("xl/worksheets/sheet1.xml", b"0" * 200_000)))


def test_a_bomb_that_declares_a_small_size_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "LARGEST_UNPACKED", 1_000_000)
    path = a_zip(tmp_path, ("xl/media/a.bin", b"0" * 5_000_000))
    lying = path.read_bytes().replace(struct.pack("<I", 5_000_000), struct.pack("<I", 10))
    path.write_bytes(
        lying.replace(struct.pack("<I", zlib.crc32(b"0" * 5_000_000)), struct.pack("<I", zlib.crc32(b"0" * 10)))
    )

    with pytest.raises(Refused, match="解压后超过"):
        read_table(path)


def test_too_many_entries_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_ENTRIES", 1)

    with pytest.raises(Refused, match="解压后超过"):
        read_table(a_zip(tmp_path, ("a", b"x"), ("b", b"x")))


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        (b'<row r="1"><c r="XFD1" t="n"><v>1</v></c></row>', "XFD1"),
        (b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>', "1048576"),
        (b"<row r='1'><c r='ZZZZZ1'/></row>", "ZZZZZ1"),
    ],
)
def test_a_sheet_that_reaches_far_out_is_refused_before_it_is_laid_out(tmp_path: Path, cell: bytes, told: str) -> None:
    padding = b" " * (sheets.CHUNK - len(SHEET) - 6)

    with pytest.raises(Refused, match=told):
        read_table(a_zip(tmp_path, ("xl/worksheets/sheet1.xml", padding + SHEET % cell)))


def test_a_sheet_that_hides_elsewhere_is_found_too(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="XFD9"):
        read_table(a_zip(tmp_path, ("xl/other/data.bin", SHEET % b'<row r="1"><c r="XFD9"/></row>')))
    with pytest.raises(Refused, match="不是完好的"):
        read_table(a_zip(tmp_path, ("xl/theme/theme1.xml", b'<a:fillToRect l="50000" r="180000"/>')))


def test_a_file_with_a_password_is_refused(tmp_path: Path) -> None:
    path = a_zip(tmp_path, ("a", b"x"))
    content = bytearray(path.read_bytes())
    content[content.find(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(content))

    with pytest.raises(Refused, match="文件有密码"):
        read_table(path)


def test_other_ways_of_packing_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="不是完好的"):
        read_table(a_zip(tmp_path, ("a", b"x" * 100), method=zipfile.ZIP_LZMA))


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    whole = a_workbook(tmp_path, [HEADER, ["Y1", "周", "1"]]).read_bytes()
    for cut in (len(whole) // 3, len(whole) - 30):
        with pytest.raises(Refused, match="不是完好的"):
            read_table(a_csv(tmp_path, whole[:cut], "cut.xlsx"))


def test_only_hidden_sheets_are_none(tmp_path: Path) -> None:
    path = a_workbook(tmp_path, [HEADER])
    changed = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/workbook.xml":
                content = content.replace(b'<sheet name="data"', b'<sheet state="hidden" name="data"')
            new.writestr(name, content)
    with pytest.raises(Refused, match="没有可见的工作表"):
        read_table(a_csv(tmp_path, changed.getvalue(), "hidden.xlsx"))
