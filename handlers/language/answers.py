"""The value in the short answer to a question."""

import re
from datetime import datetime

from domain.calendar import WorkCalendar
from domain.errors import BadValue
from handlers.language.firms import firms
from handlers.language.folding import folded
from handlers.language.names import Lexicon
from handlers.language.understanding.message import Message
from handlers.language.understanding.values import moment

_SLOT = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?)?|\d{4}-W\d{2}|\d{4}-\d{2}")
_LENGTH = re.compile(r"(?:小时|钟头|分钟|分|刻钟|天|周|星期|个月|工作日)$")
LIKE = "「明天下午3点」「周五」或「2025-06-18 15:00」"

_LONGEST_NAME = 24
_MARKS = re.compile(r"[。!?！？,，;；:：\n]")
_NOT_A_NAME = re.compile(
    r"^(?:今[天早晚]|明[天早晚]|昨[天晚]|前天|后天|[上本这下]个?(?:周|月|星期|礼拜)|周[一二三四五六日天]|星期|礼拜|上午|下午|早上|中午|"
    r"晚上|刚|我|你|他|请|帮|查|提醒|申请)|[了吗呢吧]|拜访|跟进|库存|多少|什么|怎么|谢谢|好的|知道|随便"
)


def is_name(text: str) -> bool:
    """Whether a short answer can be the name of a customer or a colleague, known or not, and is no sentence."""
    plain = folded(text).strip()
    if not 2 <= len(plain) <= _LONGEST_NAME or _MARKS.search(plain):
        return False
    return (0, len(plain)) in firms(plain) or not _NOT_A_NAME.search(plain)


def moment_answer(text: str, now: datetime, calendar: WorkCalendar) -> str:
    """The slot value (corpus/README.md 1.3) of an answer such as `周五下午三点`, `两小时`, or of a slot value itself.

    Args:
        now: UTC.

    Raises:
        BadValue: no moment to come is named.
    """
    plain = text.strip()
    if _SLOT.fullmatch(plain):
        return plain.replace(" ", "T")
    said = f"{plain}后" if _LENGTH.search(plain) else plain
    local = calendar.office_time(now).replace(tzinfo=None)
    found = moment(Message.of(said, local, Lexicon.of(()), calendar))
    if found is None:
        raise BadValue(what="时间", value=plain[:20], like=LIKE)
    return found[0]
