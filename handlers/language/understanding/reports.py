"""Slots of summaries, the funnel, the knowledge base, questions to experts and help."""

import re

from handlers.language.moments import At, Day, Open, Part, Stretch, Value
from handlers.language.understanding.free_text import Span, between, tidy, without_lead
from handlers.language.understanding.message import Message
from handlers.language.understanding.values import Slots, addressed, customers, first_key, mentioned

_TEAM = re.compile(r"团队|大家|咱们|我们(?:组|部门|团队)?|全员|全组|全部门|部门|所有人|小组|大伙")
_ME = re.compile(
    r"我的|我自己|自己的?|本人|我(?=[TN上这本今昨最手个]|\s|跟|的|名下|都|在|做|干)|(?<!发|给|帮|叫|"
    r"让)我(?!看|查|要|想|们|一下|一份|发)(?=.{0,8}(?:总结|汇总|日报|周报|小结|漏斗|商机|情况|业绩|跟进|"
    r"pipeline|预测))"
)


def summary(message: Message) -> Slots:
    found: Slots = {}
    days = _period(message)
    if days:
        found["date_from"], found["date_to"] = days
    who = scope(message)
    if who:
        found["scope"] = who
    return found


def _period(message: Message) -> tuple[str, str] | None:
    for found in message.times:
        days = _days(found.value)
        if days:
            return days
    return None


def _days(value: Value) -> tuple[str, str] | None:
    match value:
        case Day(day) | Part(day=day) if day:
            return day.isoformat(), day.isoformat()
        case At(at):
            return at.date().isoformat(), at.date().isoformat()
        case Stretch(first, last):
            return first.isoformat(), last.isoformat()
        case Open(bound, _):
            return _days(bound)
    return None


def scope(message: Message) -> str | None:
    """Whose figures: a colleague's name, team, or me; 发我 says nothing."""
    for mention in message.mentions:
        if len(mention.keys) == 1:
            return mention.keys[0]
    for name in message.of_kind("colleague"):
        return name.key
    shape = message.shape[message.core :]
    if _TEAM.search(shape):
        return "team"
    return "me" if _ME.search(shape) or message.shape.lstrip().startswith("我的") else None


_SEARCH_LEAD = re.compile(
    r"(?:(?:帮忙?|麻烦|请|我|给|想|要|去|到|在|从|有没有|有无|哪里有|哪儿有|谁有|求|知识库|kb|wiki|搜索|搜搜|"
    r"搜|检索|查询|查找|查阅|查查|查看|查|找找|找|看看|看|一份|一下|下|里面?|中|文档|资料|关于|的?内容|有关|"
    r"咱们?|公司的?(?=知识))[\s,，:：]*)+"
)
_SEARCH_TAIL = re.compile(
    r"(?:放在?哪(?:里|儿|了)?了?|在哪(?:里|儿)?|文档|有吗|有没有|发我(?:一下|一份)?|给我(?:一下|一份)?|怎么找|"
    r"呢|吗|吧|啊|\s|[?？。!])+$"
)


def search(message: Message) -> Slots:
    text = message.text
    lead = _SEARCH_LEAD.match(text, message.core)
    start, end = (lead.end() if lead else message.core), len(text)
    tail = _SEARCH_TAIL.search(text, start)
    if tail and tail.start() > start:
        end = tail.start()
    query = between(message, start, end)
    query = re.sub(r"^的", "", query)
    return {"query": query or tidy(message.whole.original)}


_ADD_LEAD = re.compile(
    r"(?:把?(?:这个|这条|下面|以下|这)?(?:内容)?)?(?:帮我|请)?(?:新增|添加|新建|录入?|补充|记|存|加|写|收录|"
    r"沉淀|放|收|归)?(?:一?[条个篇]|一下|下)?(?:新)?(?:到|进|入)?(?:咱们?的?|公司|我们的?)?(?:知识库?|faq|kb|"
    r"问答)(?:里|中)?(?:新增|添加|录入|补充|加一?[条个]?|收录|登记|更新|里)?[\s,，:：]*"
)


def add_knowledge(message: Message) -> Slots:
    lead = _ADD_LEAD.match(message.shape, message.core) or _ADD_LEAD.search(message.shape, message.core)
    start = lead.end() if lead else message.core
    colon = re.compile(r"[:：]").search(message.text, start)
    if colon and colon.start() - start <= 30 and colon.end() < len(message.text.rstrip()):
        title = between(message, start, colon.start())
        if title and not re.search(r"[,，。\n]", title):
            return {"title": title, "content": between(message, colon.end(), len(message.text))}
    return {"content": between(message, start, len(message.text)) or tidy(message.whole.original)}


_ASK_LEAD = re.compile(
    r"(?:(?:你好|您好|在吗|急|那个|请问一?下?|请教一?下?|想请教(?:个问题|一下|下)?|请教(?:个问题)?|问(?:一?下|"
    r"个问题|问)?|想问(?:一?下)?|咨询(?:一?下|个问题)?|客户(?=问)|有(?:没有)?(?:人|谁|哪位)(?:知道|清楚|了解|"
    r"懂)|谁(?:知道|清楚|了解|懂)|大家|各位|(?:技术支持|求助|求解|求教)|"
    r"研发|技术|售前|售后|法务|财务|商务|实施|产品(?:经理)?|专家|工程师|同事|帮(?:我|忙)?问一?下?|跟|找|向|"
    r"[KM]+|一下|下|个问题|老师)[\s,，:：。!？?~]*)+"
)
_ASK_TAIL = re.compile(
    r"(?:[\s,，。]*(?:谁知道|谁清楚|有人知道吗|哪位(?:知道|清楚)|客户(?:非要|在|急着)?(?:问|等)[^\n]{0,4}|"
    r"帮(?:忙)?(?:答|看|解答|确认)一?下|在线等|急+|求(?:解|助)|谢谢|麻烦了?|[!！。?？~\s]))+$"
)
_CLIENT_ASKS = re.compile(r"客户(?:想|非要|那边)?(?:问|想知道|想了解)(?:我们|咱们)?(?:一下|下)?[\s,，:：]*")


def ask(message: Message) -> Slots:
    found: Slots = addressed(message)
    found |= {k: v for k, v in customers(message).items() if k == "customer" or "clarify" not in found}
    found |= first_key(message, "product")
    spans: list[Span] = [(m.start, m.end) for m in message.mentions]
    lead = _ASK_LEAD.match(message.shape, message.core)
    start, end = (lead.end() if lead else message.core), len(message.shape)
    if not message.of_kind("customer"):
        client = _CLIENT_ASKS.match(message.shape, start)
        start = client.end() if client else start
    tail = _ASK_TAIL.search(message.shape, start)
    if tail and tail.start() > start:
        end = tail.start()
    text = without_lead(between(message, start, end, spans))
    found["content"] = text or tidy(message.whole.original)
    return found


_TOPICS: tuple[tuple[str, str], ...] = (
    ("approval.decide", r"(?:审批|批|驳回|同意).{0,4}(?:别人|单子|申请单)|怎么批|如何批|怎么同意|怎么驳回"),
    ("approval.request", r"报销|请假|审批|申请|折扣|用章|盖章|采购|出差|年假|调休|合同审批|报价审批"),
    ("reminder.set", r"提醒|闹钟"),
    ("task.done", r"完成.{0,3}(?:待办|任务)|(?:待办|任务).{0,4}(?:完成|勾)"),
    ("task.add", r"待办|任务|todo"),
    ("stock.move", r"入库|出库|调拨|盘点|盘库|移库"),
    ("stock.query", r"库存|货"),
    ("payment.log", r"回款|到账|收款"),
    ("order.query", r"订单|物流|发货"),
    ("lead.claim", r"认领|领.{0,3}线索|公海"),
    ("lead.new", r"线索"),
    ("opportunity.update", r"商机|阶段|赢单|单子"),
    ("report.funnel", r"漏斗|预测|pipeline"),
    ("digest.get", r"日报|周报|月报|汇总|小结|总结"),
    ("kb.add", r"(?:加|存|录|写|新增).{0,4}知识"),
    ("kb.search", r"知识库|文档|资料|搜"),
    ("customer.new", r"(?:建|加|录|新增|添加).{0,5}客户"),
    ("followup.log", r"跟进|拜访|回访"),
    ("customer.view", r"客户|联系人"),
    ("expert.ask", r"专家|提问|同事|@"),
    ("undo", r"撤销|撤回|删"),
)


def help_topic(message: Message) -> Slots:
    for topic, pattern in _TOPICS:
        if re.search(pattern, message.shape):
            return {"topic": topic}
    return {}


__all__ = ["add_knowledge", "ask", "help_topic", "mentioned", "scope", "search", "summary"]
