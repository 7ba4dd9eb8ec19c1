"""A few bubbles of every kind, as the platforms keep them."""

import json
from datetime import timedelta
from typing import Any

from tests.browser.standin import Standin

MINUTES = timedelta(minutes=1)
SITE = "http://127.0.0.1"
AGREE = "dtmd://dingtalkclient/sendMessage?content=%E5%90%8C%E6%84%8F%20A-000123"
REFUSE = "dtmd://dingtalkclient/sendMessage?content=%E9%A9%B3%E5%9B%9E%20A-000123"

RECEIPT: dict[str, Any] = {
    "card_type": "button_interaction",
    "source": {"desc": "跟进已记录", "desc_color": 3},
    "main_title": {"title": "华为 · 跟进 F-000128", "desc": "今天 10:12，周强"},
    "horizontal_content_list": [
        {"keyname": "客户", "value": "华为", "type": 1, "url": "/h5/customers/C-000001"},
        {"keyname": "联系人", "value": "王总（采购总监）"},
        {"keyname": "金额", "value": "50 万"},
        {"keyname": "下次", "value": "12月2日 周三"},
    ],
    "sub_title_text": "今天拜访了王总，预算50万，下周三再约",
    "button_list": [{"text": "撤销", "style": 2, "key": "undo:F-128"}, {"text": "改", "style": 2, "key": "edit:F-128"}],
    "task_id": "receipt-1",
}
APPROVAL: dict[str, Any] = {
    "card_type": "button_interaction",
    "source": {"desc": "等你审批", "desc_color": 2},
    "action_menu": {
        "desc": "更多",
        "action_list": [{"text": "转交", "key": "hand_over"}, {"text": "催办", "key": "urge"}],
    },
    "main_title": {"title": "折扣申请 A-000123", "desc": "李娜 提交于 09:41"},
    "quote_area": {"title": "历史成交", "quote_text": "上次 9 折，4 台 GW-3000，2026-08-11"},
    "sub_title_text": "金桥药业，X100 40 台，申请 8.8 折，合计 6.97 万。对方拿了友商的报价，量大，签三年维保。",
    "horizontal_content_list": [
        {"keyname": "毛利", "value": "35.7%"},
        {"keyname": "库存", "value": "够，上海仓 142 台"},
        {"keyname": "申请人", "value": "李娜", "type": 3, "userid": "lina"},
        {"keyname": "附件", "value": "友商报价.pdf", "type": 2, "media_id": "m-1"},
    ],
    "button_selection": {
        "question_key": "warehouse",
        "title": "发货仓",
        "selected_id": "sh",
        "option_list": [{"id": "bj", "text": "北京仓"}, {"id": "sh", "text": "上海仓"}],
    },
    "button_list": [
        {"text": "同意", "style": 1, "key": "approve"},
        {"text": "驳回", "style": 3, "key": "reject"},
        {"text": "详情", "type": 1, "url": "/h5/approvals/A-000123"},
    ],
    "task_id": "approval-1",
}
DIGEST: dict[str, Any] = {
    "card_type": "text_notice",
    "source": {"desc": "日报", "desc_color": 1},
    "main_title": {"title": "销售部今日小结", "desc": "11月23日 周一"},
    "emphasis_content": {"title": "12", "desc": "条跟进"},
    "horizontal_content_list": [
        {"keyname": "新客户", "value": "2"},
        {"keyname": "待审批", "value": "3"},
        {"keyname": "逾期任务", "value": "1"},
    ],
    "jump_list": [{"type": 1, "title": "打开全部跟进", "url": "/h5/digests/today"}, {"title": "下次 明天 18:00"}],
    "card_action": {"type": 1, "url": "/h5/digests/today"},
}
WEEKLY: dict[str, Any] = {
    "card_type": "news_notice",
    "source": {"desc": "周报"},
    "main_title": {"title": "第 47 周", "desc": "11月16日 至 11月22日"},
    "card_image": {"url": "/playground/samples/cabinet", "aspect_ratio": 1.5},
    "vertical_content_list": [{"title": "赢单 2", "desc": "合计 38 万，比上周多 12 万"}, {"title": "新线索 9"}],
    "card_action": {"type": 1, "url": "/h5/digests/week"},
}
VOTE: dict[str, Any] = {
    "card_type": "vote_interaction",
    "source": {"desc": "选一个"},
    "main_title": {"title": "恒泰有两家，是哪一家？", "desc": "选好后提交"},
    "checkbox": {
        "question_key": "customer",
        "mode": 0,
        "option_list": [
            {"id": "c1", "text": "恒泰机电（苏州）", "is_checked": True},
            {"id": "c2", "text": "恒泰建材（临沂）", "is_checked": False},
        ],
    },
    "submit_button": {"text": "就是它", "key": "pick"},
    "task_id": "vote-1",
}
MULTIPLE: dict[str, Any] = {
    "card_type": "multiple_interaction",
    "main_title": {"title": "补全跟进", "desc": "华为，F-000128"},
    "select_list": [
        {
            "question_key": "stage",
            "title": "阶段",
            "selected_id": "quote",
            "option_list": [{"id": "visit", "text": "拜访"}, {"id": "quote", "text": "报价"}],
        },
        {
            "question_key": "next",
            "title": "下次",
            "option_list": [{"id": "d1", "text": "明天"}, {"id": "d7", "text": "一周后"}],
        },
    ],
    "submit_button": {"text": "保存", "key": "save"},
    "task_id": "multi-1",
}
FIELDS = [
    {"name": "answer", "label": "回答", "type": "TEXT_AREA", "placeholder": "写给周强", "required": True},
    {"name": "know", "label": "收进知识库", "type": "SWITCH", "defaultValue": "true"},
    {
        "name": "kind",
        "label": "类别",
        "type": "SELECT",
        "options": [{"value": "p", "text": "协议"}, {"value": "h", "text": "硬件"}],
    },
    {"name": "action", "label": "action", "type": "TEXT", "hidden": True, "defaultValue": "question.answer"},
]
TEMPLATE: dict[str, Any] = {
    "template": "crm.schema",
    "outTrackId": "crm-1",
    "params": {
        "title": "李总问：X100 能接西门子 PLC 吗？",
        "status": "🟡 等你回答 Q-000031",
        "body": "**客户**：[恒泰机电](/h5/customers/C-000004)  \n  **提问**：周强，08:47  \n  "
        "**最近**：样机试用没问题，下周二谈合同\n\n- 用 2 台在产线\n- 协议 S7-1200",
        "canAct": "true",
        "form": json.dumps({"fields": FIELDS}, ensure_ascii=False),
        "url": "/h5/questions/Q-000031",
        "urlText": "看完整背景",
    },
    "buttons": [{"key": "btn1", "text": "回答"}, {"key": "btn2", "text": "转给马工"}],
}
ACTION: dict[str, Any] = {
    "msgtype": "actionCard",
    "actionCard": {
        "title": "特价申请 A-000123",
        "text": "### 特价申请 A-000123\n\n**客户**：金桥药业  \n  **折扣**：8.8 折\n\n> 也可以回复：「同意 A-000123」",
        "btnOrientation": "1",
        "btns": [{"title": "同意", "actionURL": AGREE}, {"title": "驳回", "actionURL": REFUSE}],
    },
}
SAMPLE3: dict[str, Any] = {
    "msgKey": "sampleActionCard3",
    "title": "任务到点",
    "text": f"### 任务到点\n把合格证补寄给金桥药业  \n已逾期 [2 天]({SITE}/h5/tasks)",
    "actionTitle1": "完成",
    "actionURL1": AGREE,
    "actionTitle2": "晚1小时",
    "actionURL2": AGREE,
    "actionTitle3": "明天",
    "actionURL3": AGREE,
}
STOCK_TABLE = (
    "**X100 边缘网关**\n| 仓库 | 可用 |\n| :-- | --: |\n| 北京仓 | 86 |\n| 上海仓 | 142 |\n| 深圳仓 | 35 |\n\n"
    "合计 `263` 台"
)


def wecom_scene(platform: Standin) -> None:
    """The rep's and the manager's conversations and a group on 企业微信."""
    rep, boss, group = "zhouqiang", "gaoxiang", next(iter(platform.groups))
    show = platform.show
    show(rep, "notice", {"text": "以上是昨天的消息"}, ago=1500 * MINUTES)
    show(rep, "text", {"text": "跟进 华为 今天拜访了王总，预算50万，下周三再约"}, sender=rep, ago=30 * MINUTES)
    show(rep, "card", RECEIPT, ago=30 * MINUTES)
    show(rep, "image", {"name": "现场照片.png", "size": 1800}, sender=rep, ago=20 * MINUTES)
    show(
        rep, "voice", {"name": "语音.amr", "media_id": "v", "size": 200, "duration": 7000}, sender=rep, ago=20 * MINUTES
    )
    show(
        rep,
        "markdown",
        {"text": '**今日待办** 3 项\n> 华东 <font color="warning">逾期</font>\n> [看全部](/h5/todo)\n`F-000128`'},
        ago=19 * MINUTES,
    )
    show(rep, "card", VOTE, ago=9 * MINUTES)
    show(rep, "card", MULTIPLE, ago=9 * MINUTES)
    show(
        rep,
        "link",
        {
            "title": "周报已生成",
            "description": '<div class="gray">2026-11-22</div>新增商机 6，赢单 2',
            "url": "/h5/weeks/47",
            "btntxt": "查看",
        },
        ago=8 * MINUTES,
    )
    show(
        rep, "location", {"latitude": 31.32, "longitude": 120.71, "label": "苏州市工业园区 恒泰机电 3 号门"}, sender=rep
    )
    show(rep, "file", {"name": "恒泰机电报价单-第二版（含三年质保和现场安装）.xlsx", "media_id": "f", "size": 20480})
    show(rep, "text", {"text": '明天 09:00 提醒你。<a href="/h5/reminders">改时间</a> 或看 https://example.com/x?a=1'})
    show(boss, "card", WEEKLY, ago=120 * MINUTES)
    show(boss, "card", DIGEST, ago=60 * MINUTES)
    show(boss, "card", {**APPROVAL, "task_id": "old"}, ago=40 * MINUTES, closed="高翔 已同意")
    show(boss, "card", APPROVAL, ago=3 * MINUTES)
    asked = show(group, "text", {"text": "@跟单助手 X100 还有多少"}, sender="wanglei", ago=2 * MINUTES)
    show(group, "markdown", {"text": STOCK_TABLE}, quote=asked.id, ago=2 * MINUTES)
    platform.exchange(
        "<xml><FromUserName><![CDATA[zhouqiang]]></FromUserName><Content><![CDATA[跟进]]></Content></xml>"
    )
    platform.exchange(
        "",
        target="http://127.0.0.1:8600/platforms/wecom/cgi-bin/message/send?access_token=abcdefghijklmnop",
        direction="call",
        body='{"touser":"zhouqiang","msgtype":"text","text":{"content":"好"}}',
        status=500,
    )


def dingtalk_scene(platform: Standin) -> None:
    """The expert's and the other rep's conversations on 钉钉."""
    rep, expert = "lina0718", "zhangwei0926"
    show = platform.show
    show(rep, "text", {"text": "申请折扣 金桥药业 X100 40台 八八折"}, sender=rep, ago=12 * MINUTES)
    show(
        rep,
        "markdown",
        {"title": "收到", "text": f"### 已提交 A-000123\n等 **高翔** 审批  \n可随时 [撤回]({REFUSE})"},
    )
    show(rep, "card", ACTION)
    show(rep, "card", SAMPLE3)
    show(rep, "voice", {"name": "语音", "duration": 7000, "text": "跟进恒泰机电今天见了李总"}, sender=rep)
    show(expert, "card", TEMPLATE, ago=10 * MINUTES)
    platform.exchange(
        '{"msgtype":"text","senderStaffId":"lina0718","text":{"content":"申请折扣"}}', direction="frame", body="{}"
    )
