"""The days around official holidays: the day before the block, the first working day after it."""

import re
from collections.abc import Callable, Sequence
from datetime import date

from domain.calendar import DAY, WorkCalendar
from handlers.language.feasts import Feast

_AROUND = re.compile(
    r"(?P<f>国庆|中秋|十一|元旦|春节|过年|过完年|新年|年|清明|五一|劳动节|端午|节|放假|长假|假期|假)(?:节|"
    r"假期|长假|小长假|放假|假)*"
    r"(?:(?:之|以)?(?P<side>前|后)(?!天|年|面|期|台|半|勤|续|者|卫|几)|(?P<done>(?<=完年)|回来|完|结束)(?:之|"
    r"以)?后?)(?P<first>的?第?一?(?:个)?(?:天|日|工作日)(?:上班)?|上班第?一天)?"
)
_STARTS = frozenset("国中十元春过新年清五劳端节放长假")
_NOT_AFTER = frozenset("0123456789一二三四五六七八九十两几半今去明后前多数整成全周当请休")
_ALIAS = {"过完年": "春节", "年": "春节", "过年": "春节", "新年": "元旦", "劳动节": "五一", "十一": "国庆"}
_ANY = frozenset({"节", "放假", "长假", "假期", "假"})


def around_feast(
    text: str, at: int, today: date, calendar: WorkCalendar, feasts: Callable[[], Sequence[Feast]]
) -> tuple[date, int] | None:
    """`X前` the day before the block, `X后` the first working day after it, and where the words end (README 1.3)."""
    if text[at] not in _STARTS:
        return None
    match = _AROUND.match(text, at)
    if not match or (match["f"] in ("年", "节", "假", "十一") and text[at - 1 : at] in _NOT_AFTER and at):
        return None
    before = match["side"] == "前"
    feast = _coming(match["f"], today, feasts(), before=before)
    if feast is None:
        return None
    if before:
        return feast.first - DAY, match.end()
    return calendar.next_workday(feast.last), match.end()


def _coming(name: str, today: date, feasts: Sequence[Feast], *, before: bool) -> Feast | None:
    wanted = {name, _ALIAS.get(name, name)}
    for feast in feasts:
        if (name in _ANY or wanted & set(feast.names)) and (feast.first > today if before else feast.last >= today):
            return feast
    return None
