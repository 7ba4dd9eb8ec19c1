"""Who is on the page: six people of the company, with what each of them would say first."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.playground.company import Company
from bot.playground.company.members import Member, PlatformName


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Somebody the visitor can be.

    Attributes:
        platform, account: where the person chats.
        part: the role in one or two words, as shown beside the name.
        phrases: suggestions above the input of the conversation with the bot.
        group_phrases: the same in group chats.
    """

    platform: str
    account: str
    name: str
    part: str
    phrases: tuple[str, ...] = ()
    group_phrases: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """`platform:account`, which names a person in the control API."""
        return f"{self.platform}:{self.account}"


PARTS = {
    "销售经理": "销售经理",
    "售前工程师": "专家",
    "仓库管理员": "仓管",
    "财务主管": "财务",
    "销售代表": "销售",
}

REP_IN_GROUP = ("查库存 X100 上海仓", "@张工 X100 支持 5G 吗？", "恒泰机电最近怎么样")

PHRASES: Mapping[str, tuple[str, ...]] = {
    "Y003": (
        "跟进 华为 今天拜访了王总，预算50万，下周三再约",
        "@张工 X100 能接西门子的 PLC 吗？恒泰机电在问",
        "申请折扣 华为 X100 50台 打九折，老客户续采",
        "X100 上海仓还有多少",
        "明天上午10点提醒我给恒泰机电李总打电话",
        "查一下恒泰",
        "日报",
        "帮助",
    ),
    "Y004": (
        "跟进 金桥药业 郑主任说预算批下来了，38万，周五前给正式报价",
        "报销 招待费 680元，请金桥药业吃饭",
        "申请折扣 金桥药业 GW-3000 2台 八八折",
        "X200 还有多少",
        "恒泰建材最近怎么样",
        "每周五下午4点提醒我整理报价",
        "撤销",
        "帮助",
    ),
    "Y009": ("待我回答", "可以接，西门子 S7 系列走 Modbus TCP，要 2.1 以上固件", "待办", "帮助"),
    "Y002": ("待我审批", "同意", "日报", "本周团队跟进", "帮助"),
    "Y013": ("X100 还有多少", "深圳仓 PAD-T5 还有多少", "北京仓现在都有啥", "我的待办", "帮助"),
    "Y012": ("待我审批", "驳回 发票抬头不对，请换一张", "我的审批", "帮助"),
}
"""By 工号; the words are those of the README's tour."""


def the_cast(company: Company) -> tuple[Actor, ...]:
    """The six, in the order of the page; who has two accounts appears on 企业微信."""
    return tuple(_actor(company.member(number)) for number in company.cast)


def _actor(member: Member) -> Actor:
    platform: PlatformName = "wecom" if member.wecom else "dingtalk"
    return Actor(
        platform=platform,
        account=member.account(platform),
        name=member.name,
        part=PARTS.get(member.title, member.title),
        phrases=PHRASES.get(member.number, ("帮助",)),
        group_phrases=REP_IN_GROUP if "销售" in member.roles else ("X100 还有多少",),
    )
