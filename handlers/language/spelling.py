"""Words of command typed with the wrong character of the same sound: 跟近, 库纯, 提行, 待半."""

import re
from functools import lru_cache

from handlers.language.folding import is_chinese

WORDS = (
    "跟进 拜访 记录 报销 申请 审批 请假 年假 调休 折扣 报价 合同 采购 用章 盖章 出差 同意 批准 驳回 拒绝 退回 库存 入库 出库 调拨 盘点 盘库 到货 发货 "
    "客户 线索 认领 领取 公海 商机 漏斗 阶段 待办 任务 提醒 日报 周报 月报 汇总 总结 订单 物流 回款 到账 知识库 撤销 撤回 帮助 新建 新增 赢单 丢单 输单 "
    "差旅 招待 打车 住宿"
).split()
"""Words whose misspelling is understood."""

_REAL = frozenset(
    "同一 统一 童谣 汇款 会款 上级 商机 伤及 上集 日报 日抱 提行 恳请 深情 神情 省情 声请 声情 审评 人领 认领 工单 公单 定单 订单 定担 厂库 出库 库村 "
    "如库 裤存 跟劲 更进 更近 根茎 更紧 报效 报校 包销 报晓 采够 菜购 代办 带班 打扮 代班 大半 大办 带半 商机 盘店 判点 道货 到活 倒货 阶断 接断 接段 楼斗 成绩 "
    "商计 上计 伤机 商籍 盖张 改张 纪录 寄录 年价 年家 情价 请驾 清甲 清价 轻驾 带货 贷货 发火 法货 带回 退会 会总 回总 会宗 种结 终结 综结 总节 中节 "
    "合桐 和同 核通 何通 河童 新剑 心间 新建 心见 新见 信件 新件 新曾 心增 信增 保价 报价 包价 暴家 报假 折口 者扣 名片 明片 提型 体型 题型 体刑 提升 "
    "批转 匹准 劈准 拜方 白方 败访 人物 认物 任务 人务 仁武 掉包 调包 带搬 同亿 铜一 客服 科护 刻苦 恪守 课户 刻护 线锁 先锁 县所 限速 显示 现所 县锁 共海 拱海 "
    "物流 武流 五流 误流 无流 雾流 悟流 录单 陆单 树单 书单 数单 述单 熟单 输单 属单 竖单 赎单 英单 应单 影单 盈单 硬单 引单 迎单 跪拜 差率 差旅 查率 出差 初查 出查 初差 除差 "
    "大车 打车 打扯 大扯 达车 住宿 住宿 主诉 注塑 诛素 筑速 住诉 逐宿 主宿 著述 周报 舟报 州报 月报 约报 跃报 越报 岳报 阅报 招待 交代 找待 照待 赵戴 早待 帮主 邦住 帮住 "
    "到站 到帐 到账 道长 到张 倒账 稻长 刀仗 回宽 辉款 毁款 汇款 回款 推回 退会 蜕回 去绝 拒决 具决 车销 彻销 车消 撤消 测消 策销 彻小".split()
)
"""Words of their own that sound alike; these are left as they are, but those that mean the same anyway."""
_MEAN_THE_SAME = {
    "定单": "订单",
    "代办": "待办",
    "到帐": "到账",
    "撤消": "撤销",
    "纪录": "记录",
    "车消": "撤销",
    "掉拨": "调拨",
}
_FUZZY = str.maketrans({})
_RUNS = re.compile(r"[\u4e00-\u9fff]{2,}")


@lru_cache(maxsize=1)
def _by_sound() -> dict[tuple[str, ...], str]:
    return {tuple(_sounds(c) for c in word): word for word in WORDS}


@lru_cache(maxsize=8192)
def _sounds(character: str) -> str:
    """The toneless sound, with zh z, ng n and l n taken as one."""
    from pypinyin import Style, lazy_pinyin

    sound = lazy_pinyin(character, style=Style.NORMAL)[0]
    for wide, narrow in (("zh", "z"), ("ch", "c"), ("sh", "s")):
        if sound.startswith(wide):
            sound = narrow + sound[2:]
    return sound[:-1] if sound.endswith("ng") and sound[-3:-2] in ("e", "i") else sound


def corrected(text: str) -> str:
    """The folded text with misspelt command words put right; its length does not change."""
    characters: list[str] | None = None
    sounds = _by_sound()
    heads = _heads()
    for run in _RUNS.finditer(text):
        for at in range(run.start(), run.end() - 1):
            if text[at] not in heads and _sounds(text[at]) not in _head_sounds():
                continue
            pair = text[at : at + 2]
            word = _MEAN_THE_SAME.get(pair) or _misspelt(pair, sounds)
            if word and word != pair:
                characters = characters or list(text)
                characters[at : at + 2] = word
    return "".join(characters) if characters else text


@lru_cache(maxsize=1)
def _heads() -> frozenset[str]:
    return frozenset(word[0] for word in [*WORDS, *_MEAN_THE_SAME])


@lru_cache(maxsize=1)
def _head_sounds() -> frozenset[str]:
    return frozenset(sounds[0] for sounds in _by_sound())


def _misspelt(pair: str, sounds: dict[tuple[str, ...], str]) -> str | None:
    if pair in _REAL or pair in WORDS or not all(map(is_chinese, pair)):
        return None
    word = sounds.get((_sounds(pair[0]), _sounds(pair[1])))
    return word if word and (word[0] == pair[0] or word[1] == pair[1] or _rare(pair)) else None


def _rare(pair: str) -> bool:
    """Neither character carries a meaning of its own that the sentence may need."""
    return False
