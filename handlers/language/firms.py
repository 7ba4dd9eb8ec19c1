"""Firms that nobody has entered yet, recognised by the ending of their names: 红星机械, 瑞康医院."""

import re
from collections.abc import Iterator

_ENDING = re.compile(
    r"(?:有限责任公司|股份有限公司|有限公司|集团公司|公司|集团|科技|实业|医院|学校|大学|中学|小学|学院|银行|酒店|超市|商场|药业|制药|置业|"
    r"地产|证券|水务|重工|机电|机械|机床|纺织|服饰|钢铁|化工|食品|乳业|渔业|牧业|农业|水产|饲料|物流|物业|管委会|研究院|研究所|设计院|"
    r"商贸|贸易|电子|光电|半导体|传媒|餐饮|轴承|电气|电器|仪表|精密|精工|生物|船务|港务|港机|家纺|陶瓷|玻璃|五金|塑胶|模具|热电|电缆|"
    r"阀门|工厂|(?<=[\u4e00-\u9fff]{2})厂(?![家长商区里房价子]))(?:股份|有限|责任|集团)*(?:公司)?"
)
_LEFT = re.compile(r"[\u4e00-\u9fff]{1,12}$")
_STOP = re.compile(
    r".*(?:拜访|到账|客户|公司|今天|昨天|前天|明天|后天|上周|下周|本周|这周|周[一二三四五六日]|上午|下午|早上|晚上|一下|申请|报价|合同|跟进|认领|"
    r"领取|提醒|联系|安排|收到|记录|登记|更新|商机|订单|采购|线索|展会|招待|宴请|出差|审批|待办|任务|联系人|打开|查看|看看|资料|关于|有家|一家|新的|"
    r"多少|知道|[给和跟去在到从向与对找见了的把被让请是要这那个条批我你他她们说问叫催收替帮往回陪刚寄送接装买有没搜查懂谁哪下])(?P<rest>.*)$"
)
_GENERIC_WORDS = """
快递 物流 保险 软件 外包 供应 上市 客户 对方 别的 其他 合作 装修 搬家 租赁
旅游 孩子 咱们 我们 他们 你们 全国 当地 附近 工程 大型 小型 精密 这批 那批
三甲 附属 人民 商业 高新 信息 农业 生物 电子 机械 建筑 连锁 五星 快捷 母婴
生鲜 社区 一些 几家 所有
"""
_GENERIC = frozenset(_GENERIC_WORDS.split())


def firms(text: str) -> Iterator[tuple[int, int]]:
    """Where such names stand in a folded text whose known names are blotted out by capitals."""
    done = 0
    for ending in _ENDING.finditer(text):
        left = _LEFT.search(text, max(done, ending.start() - 12), ending.start())
        if not left:
            continue
        stop = _STOP.match(left[0])
        body = stop["rest"] if stop else left[0]
        if 2 <= len(body) <= 8 and body not in _GENERIC:
            yield ending.start() - len(body), ending.end()
            done = ending.end()
