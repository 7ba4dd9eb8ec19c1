"""Numbers of records (`AP-1024`, `#23`, `第12条`) and telephone numbers in a folded text."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

PHONE = re.compile(
    r"(?<![\da-z.])(?:\+?86[ \-]?)?(?:1[3-9]\d[ \-]?\d{4}[ \-]?\d{4}|0\d{2,3}[ \-]?\d{4}[ \-]?\d{3,4}|"
    r"\(0\d{2,3}\)\d{7,8}|[48]00[ \-]?\d{3,4}[ \-]?\d{3,4})(?![\d.])"
)
_LETTERED = re.compile(r"(?<![a-z0-9\-])(?P<c>[a-z]{1,4}(?:-\d{2,14}(?:-\d{1,8})?|\d{4,14}|-?\d{6,14}))(?![a-z0-9])")
_HASH = re.compile(r"#\s?(?P<c>[a-z]{0,4}-?\d{1,12})(?![\d])")
_NTH = re.compile(r"第\s?(?P<c>\d{1,10})\s?(?:条|号|个|单|笔|项)")
_NUMBERED = re.compile(
    r"(?:单号|编号|单据号?|订单号?|工单|合同号|线索|商机|待办|任务|审批单|申请单|代办|记录|id|no\.?|"
    r"号码)(?:是|:|为|号|\s)*(?P<c>\d{1,14})(?![\d.]|\s?(?:[个台条套元块万千百点号月日天%年份折成人次]|k|w))"
)


@dataclass(frozen=True, slots=True)
class Code:
    """A record's number as typed, upper case, without `#` and blanks."""

    start: int
    end: int
    value: str
    lettered: bool


def phones(text: str) -> list[tuple[int, int, str]]:
    """Where telephone numbers stand, and their digits."""
    return [(m.start(), m.end(), re.sub(r"\D", "", m[0].removeprefix("+86"))) for m in PHONE.finditer(text)]


def codes(text: str, taken: Sequence[tuple[int, int]]) -> Iterator[Code]:
    """Numbers of records in order, not inside the spans `taken` (products, telephone numbers)."""
    found: list[Code] = []
    for pattern in (_LETTERED, _HASH, _NTH, _NUMBERED):
        for match in pattern.finditer(text):
            start, end = match.span("c")
            whole_start = match.start() if pattern in (_HASH, _NTH) else start
            whole_end = match.end() if pattern is _NTH else end
            if not any(a < end and start < b for a, b in [*taken, *((c.start, c.end) for c in found)]):
                found.append(Code(whole_start, whole_end, match["c"].upper(), pattern is _LETTERED))
    yield from sorted(found, key=lambda code: code.start)
