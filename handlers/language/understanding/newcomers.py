"""Slots of customers and leads that are not known yet: `customer.new`, `lead.new`, `lead.claim`."""

import re

from handlers.language.regions import REGIONS
from handlers.language.understanding.free_text import between, tidy
from handlers.language.understanding.message import Message
from handlers.language.understanding.values import Slots, code, contacts, customers

_CONTACT = re.compile(
    r"(?:联系人|对接人|负责人|联系|姓名|对接)(?:是|叫|:|：|为)?\s*(?P<n>[A-Za-z][A-Za-z .]{0,18}[A-Za-z]|"
    r"[\u4e00-\u9fff]{2,4})(?=[\s,，。\n]|$|[TFN])"
)
_NAME_LABEL = re.compile(
    r"(?:客户名称?|公司(?:名称?)?|单位|名称|名字)(?:是|叫|:|：|为)*\s*(?P<n>[^\s,，。\n;；]{2,24})|(?:叫做?|"
    r"名叫)\s*(?P<m>[^\s,，。\n;；的]{2,20})"
)
_NEW = re.compile(
    r"(?:把)?(?:新建|新增|添加|建立|建|录入|录|创建|登记|增加|加|开|立|新|来|记|收到|"
    r"有)*(?:了)?(?:一?[个家条位]|一下|下)?(?:新)?(?:的)?(?:销售)?(?:客户|线索|lead)(?:档案|资料)?(?:新增|"
    r"录入|新建|建档|添加|登记)?(?:\s*[:：,，]|\s)*(?:名字叫|名字|名称|叫)?\s*"
)
_INDUSTRY = re.compile(r"行业(?:是|:|：|为|属于)?\s*(?P<v>[^\s,，。\n;；]{2,10})|(?P<w>[\u4e00-\u9fff]{2,6})行业")
_REGION = re.compile(r"(?:地区|区域|所在地|地址|地点|位于|在)(?:是|:|：|为|属于)?\s*(?P<v>[^\s,，。\n;；]{2,10})")
_BREAK = re.compile(r"[\s,，。\n;；:：]")


def new_customer(message: Message) -> Slots:
    found: Slots = {}
    name = _new_name(message)
    if name:
        found["customer"] = name
    found |= _who(message)
    industry = _INDUSTRY.search(message.text)
    if industry:
        found["industry"] = message.typed(*industry.span("v" if industry["v"] else "w"))
    region = _REGION.search(message.text)
    if region and (region["v"].rstrip("省市区县") in REGIONS or "地区" in region[0] or "区域" in region[0]):
        found["region"] = message.typed(*region.span("v"))
    return found


def _who(message: Message) -> Slots:
    """Contact and telephone number."""
    found: Slots = {}
    label = _CONTACT.search(message.whole.original)
    names = contacts(message)
    if label and not any(label["n"] in name or name in label["n"] for name in names):
        names = [label["n"].strip(), *names]
    if names:
        found["contact"] = names[:1] if label else names
    if message.phones:
        found["phone"] = message.phones[0][2]
    return found


def _new_name(message: Message) -> str:
    """The name behind 新建客户, a label or 叫; before 加成客户."""
    text = message.text
    made = re.search(r"把(?P<n>.{2,20}?)(?:加|录|建|转|存)(?:成|为|到|进|入)", message.shape)
    if made:
        return message.typed(*made.span("n"))
    lead = _NEW.match(message.shape, message.core)
    if lead and lead.end() > message.core:
        start = lead.end()
    else:
        lead = _NEW.search(message.shape, message.core)
        start = lead.end() if lead else message.core
    label = _NAME_LABEL.search(text, message.core)
    if label:
        return _name_at(message, *label.span("n" if label["n"] else "m"))
    return _name_at(message, start, len(text))


_NAME_END = re.compile(
    r"[,，。;；\n、!]|\s(?![a-z]+[ a-z]*$)|\s(?=联系|对接|电话|手机|行业|地区)|联系人|对接人|电话|手机|行业|"
    r"地区|帮我|[FT]|$"
)


def _name_at(message: Message, start: int, end: int) -> str:
    english = re.compile(r"[A-Za-z][A-Za-z&.\-]*(?: [A-Z][A-Za-z&.\-]*)*").match(
        message.whole.original, _original(message, start)
    )
    if english and english.end() - english.start() > 2:
        after = message.whole.original[english.end() : english.end() + 1]
        if not after or not "\u4e00" <= after <= "\u9fff":
            return english[0].strip()
    stop = _NAME_END.search(message.shape, start, end)
    return tidy(message.typed(start, stop.start() if stop else end))


def _original(message: Message, at: int) -> int:
    return message.whole.origin[at] if at < len(message.whole.origin) else len(message.whole.original)


_LEAD_NOISE = re.compile(
    r"^(?:公司|名称|客户|姓名|联系人|对接人|电话|手机号?|来源|来自|线索|老板|叫|的|后台有人|有人|看到|今天|先|"
    r"来的|来|从|到一家|到|我们?|一家|留言|(?:录|记|建|加)(?:成|个|为|条)?(?:个)?线索|介绍了?个?|了个?|"
    r"[\s,，:：。、TFP])+"
)


def new_lead(message: Message) -> Slots:
    found = _who(message)
    source = _source(message)
    if source:
        found["source"] = source
    segments = _segments(message)
    name = _lead_name(message, segments)
    if name:
        found["customer"] = message.typed(*name)
    rest = _lead_rest(message, segments, name)
    if rest:
        found["content"] = rest
    return found


_SOURCE_LABEL = re.compile(r"(?:来源|渠道|来自|来源于|从)(?:是|:|：)?\s*")


def _source(message: Message) -> str | None:
    """Behind 来源 first; a word that labels a telephone number is none."""
    text = message.text
    hits = [
        h
        for h in message.lexicon.tables.sources.find(text)
        if not re.match(r"\s?(?:号码?)?[:：\s]*F", message.shape[h.end :])
    ]
    labelled = [h for h in hits if _SOURCE_LABEL.search(text, max(0, h.start - 5), h.start)]
    inside = [h for h in hits if not any(a <= h.start < b for a, b, _ in message.phones)]
    chosen = labelled or inside
    return chosen[0].value if chosen else None


def _segments(message: Message) -> list[tuple[int, int]]:
    """Parts between punctuation, line breaks and blanks; an English name keeps its blanks."""
    lead = _NEW.match(message.shape, message.core)
    at = lead.end() if lead and lead.end() > message.core else message.core
    spans = []
    for mark in re.finditer(r"[,，。;；\n!]|(?<![a-z])\s+|(?<=[a-z])\s+(?=[\u4e00-\u9fffF])", message.text):
        if mark.start() >= at:
            spans.append((at, mark.start()))
            at = mark.end()
    spans.append((at, len(message.text)))
    return [(start, end) for start, end in spans if end > start]


_LABEL = re.compile(
    r"(?:(?:公司(?:名称?)?|单位|客户(?:名称?)?|名称)(?=[:：是])|叫做?|(?:老客户|朋友|熟人)?介绍的?线索[:：]|线索[:：])[:：是\s]*"
)
_PERSONAL = re.compile(r"^(?:联系人|对接人|姓名|电话|手机|来源|tel|phone|from)")
_SENTENCE = re.compile(
    r"想|要|问|有兴趣|感兴趣|推荐|一家|录个|认识|看到|留言|来电|介绍|咨询|需要|打算|了解|采购|老板|姓|来的|"
    r"有人|扫到|扫楼|招标|预算|wants?|needs?|demo|先记|录成|线索"
)


def _lead_name(message: Message, segments: list[tuple[int, int]]) -> tuple[int, int] | None:
    for start, end in segments:
        label = _LABEL.search(message.text, start, end)
        if label and label.end() < end and not _PERSONAL.match(message.text[start:end]):
            return label.end(), end
    for start, end in segments:
        shape = message.shape[start:end]
        if (
            _PERSONAL.match(message.text[start:end])
            or re.fullmatch(r"[PFTM\s]+", shape)
            or _SENTENCE.search(message.text[start:end])
        ):
            continue
        if end - start >= 2:
            person = next((p for p in message.persons if start < p.start < end), None)
            return start, person.start if person else end
    for name in message.of_kind("customer"):
        return name.start, name.end
    return None


def _lead_rest(message: Message, segments: list[tuple[int, int]], name: tuple[int, int] | None) -> str:
    """What is wanted or said beyond name, contact, phone and source."""
    kept: list[str] = []
    for start, end in segments:
        if name and start <= name[0] < end:
            start = max(start, name[1])
        shape = message.shape[start:end]
        if _PERSONAL.match(message.text[start:end]) or not re.sub(r"[PFTM\s:：]", "", shape):
            continue
        trimmed = _strip_source(message, start, end)
        if len(trimmed) >= 2:
            kept.append(trimmed)
    return " ".join(kept)


def _strip_source(message: Message, start: int, end: int) -> str:
    hits = message.lexicon.tables.sources.find(message.text[start:end])
    noise = re.compile(
        r"(?:来源|来自|从|的|上|后台|看到|来|有人|留言|了?个?线索|介绍|朋友|老客户|一家|扫到|今天|先|记|录|成|"
        r"叫|我们?|打|到|[\s:：TFPM])*"
    )
    at = start
    if hits and hits[0].start <= 4:
        at = start + hits[0].end
    lead = noise.match(message.shape, at, end)
    at = lead.end() if lead else at
    if hits and not re.search(r"想|要|问|有兴趣|感兴趣|咨询|需要|打算|了解", message.text[at:end]):
        return ""
    if re.fullmatch(r"(?:先)?(?:录|记|建|加)(?:成|个|为|条|一条|到)?(?:个)?线索(?:吧|哈)?", message.text[at:end]):
        return ""
    return tidy(message.typed(at, end)) if at < end else ""


_CLAIM = re.compile(
    r"我来跟|(?:我要|我想|我来|我)?(?:认领|领取|领走|领一?下?|抢|捞|拿)(?:一?[个条]|下|了|走)?(?:这|那)?(?:个|"
    r"条)?(?:的)?(?:线索|客户)?[\s:：]*(?:里|中)?(?:的)?(?:那个|那条)?|公海(?:里|中|池)?(?:的)?(?:那个|那条|"
    r"客户)?|(?:这|那)(?:个|条)线索(?:归我|给我|我来跟|我要了?)[\s,，:：]*"
)
_CLAIM_TAIL = re.compile(
    r"(?:这|那)?(?:条|个)?(?:的)?(?:线索)?(?:归我|我来跟|我跟|我认领|我领取|我领|分给我|给我|我要了?|我接|转给我|我来|我领|"
    r"划给我|派给我|吧|了|哈).*$",
    re.DOTALL,
)


def claim(message: Message) -> Slots:
    found = code(message)
    if found:
        return found
    lead = _CLAIM.match(message.shape, message.core)
    start = lead.end() if lead else message.core
    tail = _CLAIM_TAIL.search(message.shape, start)
    end = tail.start() if tail and tail.start() > start else len(message.shape)
    text = between(message, start, end)
    known = customers(message)
    return known or ({"customer": text} if text else {})
