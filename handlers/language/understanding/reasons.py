"""The purpose of a request as typed: the clauses that say more than its values (corpus/README.md 1.2)."""

import re

from handlers.language.understanding.free_text import Span, between, tidy
from handlers.language.understanding.message import Message

_PURPOSE = re.compile(r"(?:事由|原因|理由|因为|用途|备注|说明)[:：是为\s]*(?P<r>[^\n]+)")
MONEY_NOISE = (
    "花了?|共计?|总共|一共|合计|总价|单价|含税|预算|大概|大约|约|差不多|来回|左右|出头|整|元|块钱?|N晚|N趟|"
    "N张|N次|N瓶|N人|左右|总?金额|总额|用了|off|求批"
)
ASK_NOISE = (
    "申请|请批准?一?下?|请批|报批|审批|评审|特批|麻烦|批一?下|走(?:个|一?下)?(?:审批)?(?:流程)?|发起|提交|提一?个?|我要|"
    "我想|我们?(?=申请|报)|想|给|请(?!.{0,8}[吃喝客])|一下|一笔|一张|一次|下|吧|吗|新的?|帮我|帮|补一?个?|小助手|能不能|"
    "可不可以|可以|能否|能|也|过(?:一下)?|谢谢|要(?=U|N|C|S)"
)
_NOISE = {
    "expense": "报(?:个|一下|一笔|笔|点)?销|报|费用?|钱|发票|票|垫付|总|类别|掉|了|的",
    "discount": "折扣|特价|打|降|让|优惠|要求(?=打?[UN])|按|价|量大|量有?|数量|那单|这单|单子|个?点|给到?|做",
    "quote": "报价单?|单子|的|做",
    "contract": "合同|签|协议|补充|那个|年度|框架|那份|这份|的|单子",
}
_LABEL = re.compile(
    r"^(?:类别|金额|客户|事由|合计|总价|折扣|数量|产品|型号|审批|申请|类型|原因|理由|商品|说明|备注|名称|单号)$"
)
_ENDING = re.compile(r"(?:花了?|共|总共|一共|用了?|付了?|合计|大概|约|[\s,])*N+(?:元|块钱?|整)*(?:钱)?$")


_EXPENSE_LEAD = re.compile(
    rf"(?:{ASK_NOISE}|报(?:个|一下|一笔|笔|点)?销|U(?=费|钱|票|N|\s)|费用?|钱|票|[NM]|元|块|[\s,])+"
)


def reason_of(message: Message, used: list[Span], kind: str) -> str:
    """The purpose as typed: what was named as such, else the clauses that say more than the values."""
    named = _PURPOSE.search(message.named)
    if named:
        return tidy(message.typed(*named.span("r")))
    marked = _blank_out(message.shape, used)
    noise = re.compile(rf"(?:{ASK_NOISE}|{MONEY_NOISE}|{_NOISE.get(kind, '')}|[UNM%]|[\s()×x*、,.])+")
    kept: list[Span] = []
    for start, end in clauses(message):
        clause = marked[start:end]
        if _LABEL.match(clause.strip()) or not _tells(noise.sub("", clause), clause, kind):
            continue
        lead = (_EXPENSE_LEAD if kind == "expense" else noise).match(clause)
        if lead and lead.end() < len(clause):
            start += _whole_lead(clause, lead.end())
        tail = _ENDING.search(marked[start:end])
        kept.append((start, start + tail.start() if tail and tail.start() > 1 else end))
    return between(message, kept[0][0], kept[-1][1]) if kept else ""


def _whole_lead(clause: str, end: int) -> int:
    """A lead of noise is cut off only where it ends in a value or a blank; 打车 keeps its 打."""
    while end and clause[end - 1] not in "UNM ,申请批折销费钱":
        end -= 1
    return end


def _tells(rest: str, clause: str, kind: str) -> bool:
    """Whether a clause says something beyond values: words, or in an expense a word with whom or where."""
    words = re.sub(r"[^\u4e00-\u9fffa-z]", "", rest)
    if len(words) >= 2:
        return True
    company = bool(re.search(r"[CPW]", clause))
    if kind == "expense":
        return company and (len(words) >= 1 or bool(re.search(r"U(?!费|用|钱).*[CP]|[CP].*U(?!费|用|钱)", clause)))
    return False


def _blank_out(shape: str, used: list[Span]) -> str:
    characters = list(shape)
    for left, right in used:
        characters[left:right] = "U" * (right - left)
    return "".join(characters)


def clauses(message: Message) -> list[Span]:
    """Parts of the message between punctuation, line breaks and blanks after Chinese."""
    spans, at = [], message.core
    for mark in re.finditer(r"[,，。;；!！\n:：]|(?<![a-z0-9]) (?!N?[a-z])| (?=[\u4e00-\u9fffTCPSK])", message.shape):
        if mark.start() >= at:
            spans.append((at, mark.start()))
            at = mark.end()
    spans.append((at, len(message.shape)))
    return [(start, end) for start, end in spans if end > start]
