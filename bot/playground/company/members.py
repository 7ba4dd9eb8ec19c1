"""The people of 远山科技 and the two groups they chat in; all names and numbers are invented."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

PlatformName: TypeAlias = Literal["wecom", "dingtalk"]

DEPARTMENTS = ("销售部", "技术部", "综合部")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One person of the company.

    Attributes:
        number: 工号.
        superior: 工号 of the superior; "" for the general manager.
        roles: of 销售, 主管, 专家, 仓管, 财务, 管理员.
        leads: whether the person heads the department.
        wecom, dingtalk: userid and staffId; "" where there is no account.
    """

    number: str
    name: str
    mobile: str
    department: str
    title: str
    superior: str
    roles: tuple[str, ...]
    leads: bool = False
    skills: tuple[str, ...] = ()
    nicknames: tuple[str, ...] = ()
    wecom: str = ""
    dingtalk: str = ""

    def account(self, platform: PlatformName) -> str:
        """The account on `platform`, "" where there is none."""
        return self.wecom if platform == "wecom" else self.dingtalk


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatGroup:
    """A group chat of one platform; `members` are 工号."""

    id: str
    platform: PlatformName
    name: str
    members: tuple[str, ...]


MEMBERS = (
    Member(
        number="Y001",
        name="沈立群",
        mobile="13800001001",
        department="综合部",
        title="总经理",
        superior="",
        roles=("主管",),
        leads=True,
        nicknames=("沈总",),
        wecom="shenliqun",
        dingtalk="shenliqun01",
    ),
    Member(
        number="Y002",
        name="高翔",
        mobile="13800001002",
        department="销售部",
        title="销售经理",
        superior="Y001",
        roles=("主管", "销售"),
        leads=True,
        nicknames=("高总", "高经理"),
        wecom="gaoxiang",
    ),
    Member(
        number="Y003",
        name="周强",
        mobile="13800001003",
        department="销售部",
        title="销售代表",
        superior="Y002",
        roles=("销售",),
        nicknames=("强哥", "小周"),
        wecom="zhouqiang",
    ),
    Member(
        number="Y004",
        name="李娜",
        mobile="13800001004",
        department="销售部",
        title="销售代表",
        superior="Y002",
        roles=("销售",),
        nicknames=("娜姐",),
        dingtalk="lina0718",
    ),
    Member(
        number="Y005",
        name="王磊",
        mobile="13800001005",
        department="销售部",
        title="大客户经理",
        superior="Y002",
        roles=("销售",),
        nicknames=("磊哥",),
        wecom="wanglei",
    ),
    Member(
        number="Y006",
        name="孙悦",
        mobile="13800001006",
        department="销售部",
        title="销售代表",
        superior="Y002",
        roles=("销售",),
        nicknames=("小孙",),
        dingtalk="sunyue0302",
    ),
    Member(
        number="Y007",
        name="陈志远",
        mobile="13800001007",
        department="销售部",
        title="渠道经理",
        superior="Y002",
        roles=("销售",),
        nicknames=("志远",),
        wecom="chenzhiyuan",
    ),
    Member(
        number="Y008",
        name="刘洋",
        mobile="13800001008",
        department="技术部",
        title="技术部经理",
        superior="Y001",
        roles=("主管", "专家"),
        leads=True,
        skills=("方案设计", "服务器", "信创"),
        nicknames=("刘工",),
        wecom="liuyang",
    ),
    Member(
        number="Y009",
        name="张伟",
        mobile="13800001009",
        department="技术部",
        title="售前工程师",
        superior="Y008",
        roles=("专家",),
        skills=("网关", "路由器", "协议对接"),
        nicknames=("张工", "小张"),
        dingtalk="zhangwei0926",
    ),
    Member(
        number="Y010",
        name="马超",
        mobile="13800001010",
        department="技术部",
        title="实施工程师",
        superior="Y008",
        roles=("专家",),
        skills=("现场实施", "摄像头", "光模块"),
        nicknames=("马工",),
        wecom="machao",
    ),
    Member(
        number="Y011",
        name="张敏",
        mobile="13800001011",
        department="技术部",
        title="售后工程师",
        superior="Y008",
        roles=("专家",),
        skills=("售后维修", "UPS", "授权"),
        nicknames=("敏姐", "小张"),
        dingtalk="zhangmin1105",
    ),
    Member(
        number="Y012",
        name="陈静",
        mobile="13800001012",
        department="综合部",
        title="财务主管",
        superior="Y001",
        roles=("财务",),
        nicknames=("陈会计", "静姐"),
        dingtalk="chenjing0415",
    ),
    Member(
        number="Y013",
        name="郑凯",
        mobile="13800001013",
        department="综合部",
        title="仓库管理员",
        superior="Y001",
        roles=("仓管",),
        nicknames=("凯哥",),
        wecom="zhengkai",
    ),
    Member(
        number="Y014",
        name="何雨欣",
        mobile="13800001014",
        department="综合部",
        title="行政与系统管理",
        superior="Y001",
        roles=("管理员",),
        nicknames=("雨欣",),
        wecom="heyuxin",
    ),
)

GROUPS = (
    ChatGroup(
        id="wrYuanshanSales01",
        platform="wecom",
        name="销售一线群",
        members=("Y001", "Y002", "Y003", "Y005", "Y007", "Y008", "Y010", "Y013"),
    ),
    ChatGroup(
        id="cidYuanshanProject01==",
        platform="dingtalk",
        name="项目协同群",
        members=("Y001", "Y004", "Y006", "Y009", "Y011", "Y012"),
    ),
)

CAST = ("Y003", "Y004", "Y009", "Y002", "Y013", "Y012")
"""Those on the page, in its order: two reps, an expert, the sales manager, the keeper, finance."""
