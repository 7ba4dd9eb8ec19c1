"""Persons and mentions in a folded text: `王总`, `信息部的小何`, `@娜姐`, `Kevin`."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from handlers.language.folding import Folded
from handlers.language.names import Lexicon, Name, folded_name

_LISTS: dict[str, str] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
_SURNAMES = "".join(_LISTS["surnames"].split())
_FUNCTION_WORDS = frozenset("和从那时向全都成应能会有是连容解计贝单国文左步终居")
"""Surnames too, but in a sentence nearly always words; they count as surnames only at the start of a phrase."""
_COMPOUND = "欧阳|司马|上官|诸葛|东方|夏侯|皇甫|尉迟|公孙|慕容|令狐|司徒|端木|南宫"
_TITLES = (
    "副总监|总监|总经理|副总经理|副总裁|总裁|副总|总工|总(?!结|部|共|计|额|量|价|分|体|数|是|会|算|包|装|账|"
    "的来|金额|览|行|公司|承包)|经理|工(?!作|程|厂|业|地|期|序|资|人|具|艺|单|时|位|会|商|信|伤|本|龄|种|装|"
    "况|件|费)|"
    "主任|副主任|部长|副部长|厂长|副厂长|科长|副科长|处长|副处长|副处|处(?!理|于|罚|境|在|置|长|方|所|女|分|"
    "世)|局长|副局长|行长|副行长|校长|副校长|院长|副院长|店长|园长|馆长|所长|"
    "组长|班长|队长|站长|社长|会长|董事长|董(?!事会|秘)|董秘|书记|镇长|县长|区长|市长|村长|主管|主席|秘书|"
    "助理|老师|教授|博士|大夫|医生|护士长|护士|会计|出纳|"
    "老板娘|老板|掌柜|先生|女士|小姐|姐(?!妹)|哥(?!们)|师傅|师兄|师姐|同学|律师|船东|船长|队|阿姨|叔|婶|嫂|"
    "太太|夫人|少爷|工程师|代表|专员|顾问|负责人|总管|司机|架构师"
)
TITLED = re.compile(rf"(?P<s>{_COMPOUND}|[{_SURNAMES}])(?P<g>[\u4e00-\u9fff]{{1,2}}?)?(?P<t>{_TITLES})")
_PLAIN_TITLED = re.compile(rf"(?:{_COMPOUND}|[{_SURNAMES}])(?:{_TITLES})")
_OLD = re.compile(rf"[老小阿](?P<s>[{_SURNAMES}])(?![\u4e00-\u9fff]?(?:机|时候))")
_NOT_OLD = re.compile(
    r"小(?:时|区|米|程序|白|师|于|车|鱼|石|平|路|山|全|牛|通|和|公|古|都|段|计划|规模|广|红|单|明|成|东西|国|"
    r"安|文|本)|老(?:师|家|于|年|乐|路|农|都|公|能|从|通|是|马识|连|别|解|成|国|应|外|客|板|婆|爸|妈|实)|"
    r"阿(?:里|是|胶|尔|拉)"
)
_NOT_TITLED = re.compile(
    r"施工|和处|成工|全工|加工|单处|高工|都工|水处|都处|全处|別处|别处|都总|和总|成总|平总|高处|用处|连队|"
    r"车队|牛队|全队|公队|从队|左右|明总|解总|能总|金总额|共|都姐|车总|关总是"
    r"|方总结|安老师傅|(?<=仓)储主|(?<=[工课流日行])程|(?<=[品主企网城保监])管|(?<=安)全|(?<=货)车|(?<=水)利"
)
_INTRODUCED = re.compile(
    rf"(?:联系人|对接人|负责人|姓名|名字|经办人|联系|对接|新来的)(?:是|叫|:|为|换成|改成|"
    rf"换了)*\s*(?:一?[个位])?(?P<n>(?:{_COMPOUND}|[{_SURNAMES}])[\u4e00-\u9fff]{{1,2}}|[a-z]{{2,12}}(?: "
    rf"[a-z]{{2,12}})?)(?![\u4e00-\u9fffa-z])"
)
_CALLED = re.compile(
    rf"(?:来的|换成|接手的|负责人|对接人|联系人|人|个)叫(?P<n>(?:{_COMPOUND}|"
    rf"[{_SURNAMES}])[\u4e00-\u9fff]{{1,2}})(?![\u4e00-\u9fff])"
)
_ENGLISH = re.compile(r"(?<![A-Za-z0-9@._\-])(?P<n>[A-Z][a-z]{2,10})(?![A-Za-z0-9._\-])")
_AT = re.compile(r"@ ?")
_TYPED = re.compile(r"[\u4e00-\u9fff]{2,4}?(?=[\s,，。:：、!?？@]|$)|[a-z][a-z0-9_]{1,20}")
_NOT_NAMES = frozenset(_LISTS["not_names"].split())


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody named in the text, not yet known to be on which side."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Mention:
    """A colleague addressed with `@`; `keys` are those it may be, none when nobody of that name is known."""

    start: int
    end: int
    name: str
    keys: tuple[str, ...]

    @property
    def shared(self) -> bool:
        return len(self.keys) > 1


def mentions(whole: Folded, lexicon: Lexicon) -> Iterator[Mention]:
    """What stands behind each `@`: the longest known colleague, else the word as typed."""
    text = whole.text
    for at in _AT.finditer(text):
        known = _colleague(text, at.end(), lexicon)
        if known:
            end, keys = known
            yield Mention(at.start(), end, whole.typed(at.end(), end), keys)
            continue
        typed = _TYPED.match(text, at.end())
        if typed:
            yield Mention(at.start(), typed.end(), whole.typed(at.end(), typed.end()), ())


def _colleague(text: str, at: int, lexicon: Lexicon) -> tuple[int, tuple[str, ...]] | None:
    for end in range(min(len(text), at + 12), at + 1, -1):
        keys = lexicon.keys("colleague", folded_name(text[at:end]))
        if keys and not text[end - 1].isspace():
            return end, keys
    return None


def persons(whole: Folded, names: Sequence[Name], taken: Sequence[tuple[int, int]]) -> list[Person]:
    """Persons by title, by 老 or 小, by being introduced, by being known; not inside the spans `taken`."""
    text = whole.text
    spans = [(n.start, n.end) for n in names if n.kind in ("contact", "colleague")]
    spans += [(m.start(), m.end()) for m in _titled(text)]
    spans += [(m.start(), m.end()) for m in _OLD.finditer(text) if not _NOT_OLD.match(text, m.start())]
    spans += [m.span("n") for pattern in (_INTRODUCED, _CALLED) for m in pattern.finditer(text)]
    spans += [
        _place(whole, m.start(), m.end()) for m in _ENGLISH.finditer(whole.original) if _given_name(whole.original, m)
    ]
    free = [span for span in spans if span[1] > span[0] and not any(a < span[1] and span[0] < b for a, b in taken)]
    return [Person(*span) for span in _apart(free)]


def _titled(text: str) -> Iterator[re.Match[str]]:
    at = 0
    while match := _PLAIN_TITLED.search(text, at):
        at = match.end()
        loose = match[0][0] in _FUNCTION_WORDS and re.match(
            r"[\u4e00-\u9fff]", text[match.start() - 1 : match.start()] or "x"
        )
        if (
            not loose
            and not (match[0][0] in _FUNCTION_WORDS and "老板" in match[0])
            and not _NOT_TITLED.match(text, match.start())
        ):
            yield match


def _given_name(text: str, match: re.Match[str]) -> bool:
    """A capitalised word that stands alone; two of them are a firm."""
    before, after = text[: match.start()].rstrip(" ")[-1:], text[match.end() :].lstrip(" ")[:1]
    near = (match.start() and text[match.start() - 1] == " " and before.isascii() and before.isalpha()) or (
        after.isascii() and after.isupper()
    )
    return match[0] not in _NOT_NAMES and not near


def _place(whole: Folded, start: int, end: int) -> tuple[int, int]:
    """A span of the original in the folded text."""
    inside = [index for index, origin in enumerate(whole.origin) if start <= origin < end]
    return (inside[0], inside[-1] + 1) if inside else (0, 0)


def _apart(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for start, end in sorted(set(spans), key=lambda span: (span[0], -span[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept
