from datetime import datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import WorkCalendar
from handlers.language.entities import entities
from handlers.language.feasts import state_feasts
from handlers.language.folding import folded, squeeze
from handlers.language.moments import Clock, Every, Reader, Vague
from handlers.language.understanding.values import slot_time
from tests.language.scene import WEDNESDAY

NOW = WEDNESDAY.replace(tzinfo=None)
"""2025-07-09 10:20, a Wednesday."""
FEASTS = state_feasts((2025, 2026))


def read(text: str, now: datetime = NOW) -> list[str | None]:
    plain, _ = squeeze(folded(text))
    found = Reader(plain, now, WorkCalendar(), lambda: FEASTS).found()
    return [slot_time(each.value) for each in found if slot_time(each.value)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("今天", "2025-07-09"),
        ("大后天", "2025-07-12"),
        ("明儿", "2025-07-10"),
        ("这周五", "2025-07-11"),
        ("下周三", "2025-07-16"),
        ("下下周一", "2025-07-21"),
        ("周三", "2025-07-16"),
        ("周三下午", "2025-07-16T14:00"),
        ("周三下午3点", "2025-07-09T15:00"),
        ("周一", "2025-07-14"),
        ("9号", "2025-07-09"),
        ("8号", "2025-08-08"),
        ("31号", "2025-07-31"),
        ("6月30号", "2026-06-30"),
        ("7月10日", "2025-07-10"),
        ("下个月5号", "2025-08-05"),
        ("周末", "2025-07-12"),
        ("下周末", "2025-07-19"),
        ("月底", "2025-07-31"),
        ("月初", "2025-08-01"),
        ("月中", "2025-07-15"),
        ("下个月底", "2025-08-31"),
        ("季度末", "2025-09-30"),
        ("季末", "2025-09-30"),
        ("年底", "2025-12-31"),
        ("8月底", "2025-08-31"),
        ("9月初", "2025-09-01"),
        ("国庆前", "2025-09-30"),
        ("国庆后", "2025-10-09"),
        ("节后", "2025-10-09"),
        ("春节前", "2026-02-14"),
        ("年后", "2026-02-24"),
        ("3天后", "2025-07-12"),
        ("过3天", "2025-07-12"),
        ("一周后", "2025-07-16"),
        ("半个月后", "2025-07-24"),
        ("一个月后", "2025-08-09"),
        ("3个工作日后", "2025-07-14"),
        ("3个工作日内", "2025-07-14"),
        ("下周", "2025-W29"),
        ("这周", "2025-W28"),
        ("下个月", "2025-08"),
        ("明年3月", "2026-03"),
        ("8月", "2025-08"),
        ("下午3点", "2025-07-09T15:00"),
        ("晚上8点", "2025-07-09T20:00"),
        ("3点", "2025-07-09T15:00"),
        ("9点", "2025-07-10T09:00"),
        ("12点", "2025-07-09T12:00"),
        ("差5分9点", "2025-07-10T08:55"),
        ("明天三点一刻", "2025-07-10T15:15"),
        ("后天10:15", "2025-07-11T10:15"),
        ("明早八点四十", "2025-07-10T08:40"),
        ("明早", "2025-07-10T09:00"),
        ("今晚", "2025-07-09T19:00"),
        ("周五下班前", "2025-07-11T18:00"),
        ("明天一早", "2025-07-10T08:00"),
        ("明天中午", "2025-07-10T12:00"),
        ("半小时后", "2025-07-09T10:50"),
        ("40分钟后", "2025-07-09T11:00"),
        ("两个小时以后", "2025-07-09T12:20"),
        ("周五前", "2025-07-11"),
        ("下午4点前", "2025-07-09T16:00"),
        ("2025-08-01", "2025-08-01"),
        ("20250801", "2025-08-01"),
        ("2025年8月1日9点半", "2025-08-01T09:30"),
        ("7月10号周四上午", "2025-07-10T09:00"),
        ("下周一到周三", "2025-07-14"),
        ("截至周五", "2025-07-11"),
        ("凌晨2点", "2025-07-10T02:00"),
    ],
)
def test_an_expression_is_as_precise_as_it_was_said(text: str, value: str) -> None:
    assert read(text) == [value]


@pytest.mark.parametrize(
    "text",
    [
        "过两天",
        "过几天",
        "改天",
        "回头",
        "尽快",
        "九月中旬",
        "明年一季度",
        "有效期30天",
        "聊了45分钟",
        "便宜一点",
        "有两点要求",
        "周总",
        "千分之五一天",
        "第3号楼",
        "明年",
        "这几天",
    ],
)
def test_what_fixes_no_day_gives_none(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "every"),
    [
        ("每天下午5点半", Every("DAILY", clock=time(17, 30))),
        ("每周一早上9点", Every("WEEKLY", byday=("MO",), clock=time(9))),
        ("工作日早上八点四十", Every("WEEKLY", byday=("MO", "TU", "WE", "TH", "FR"), clock=time(8, 40))),
        ("每月5号", Every("MONTHLY", monthday=5)),
        ("每个月最后一天", Every("MONTHLY", monthday=-1)),
        ("每隔两天", Every("DAILY", interval=3)),
        ("每年", Every("YEARLY")),
    ],
)
def test_recurrences_are_read_with_their_hour(text: str, every: Every) -> None:
    assert [each.value for each in Reader(text, NOW, WorkCalendar(), tuple).found()] == [every]


def test_an_hour_alone_stays_one_unless_the_office_speaks() -> None:
    assert [each.value for each in Reader("3点", NOW, WorkCalendar(), tuple, office=False).found()] == [Clock(time(3))]


def test_a_third_of_a_month_is_vague() -> None:
    assert [each.value for each in Reader("下个月中旬", NOW, WorkCalendar(), tuple).found()] == [Vague()]


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        ("明天下午两点到五点", {"kind": "range", "start": "2025-07-10T14:00:00", "end": "2025-07-10T17:00:00"}),
        ("2015年2月1日或之前", {"kind": "range", "end": "2015-02-01", "start": None, "open": "until"}),
        ("最近30天", {"kind": "range", "start": "2025-06-10", "end": "2025-07-09"}),
        ("三年半", {"kind": "duration", "months": 42, "seconds": 0}),
        ("昨晚", {"kind": "range", "date": "2025-07-08", "part": "evening"}),
        ("每周一下午八点", {"kind": "set", "freq": "WEEKLY", "interval": 1, "byday": ["MO"], "time": "20:00"}),
        ("早上五到六点", {"kind": "range", "start_time": "05:00:00", "end_time": "06:00:00"}),
        ("母亲节", {"kind": "date", "value": "2026-05-10"}),
    ],
)
def test_entities_have_the_shape_of_the_yardstick(text: str, entity: dict[str, object]) -> None:
    assert entity in entities(text, NOW)


@given(
    st.text(
        alphabet="0123456789零一二三十百万点分半刻年月日号周星期天上下午早晚前后内到-~:/今明大每差底初末过 ，",
        max_size=50,
    )
)
def test_no_text_of_times_is_too_much(text: str) -> None:
    entities(text, NOW)
    read(text)


@pytest.mark.parametrize("now", [datetime(1, 1, 1), datetime(9998, 12, 31, 23, 59)])  # noqa: DTZ001
@pytest.mark.parametrize(
    "text", ["大前天", "下下周三", "上上个月底", "99999年后", "9999999天前", "10000小时前", "去年", "前年国庆", "年底"]
)
def test_the_calendar_s_ends_are_no_trouble(text: str, now: datetime) -> None:
    read(text, now)
    entities(text, now)
