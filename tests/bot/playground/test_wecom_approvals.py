"""The approval app: what apps may ask of it, what people do in it, and who is told."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from xml.etree import ElementTree

import pytest

from bot.playground.wecom import ApprovalControl, ApprovalStep, ApprovalTemplate
from tests.bot.playground.wecom_service import Service, a_service

DISCOUNT = ApprovalTemplate(
    id="TPL_DISCOUNT",
    name="特价申请",
    controls=(
        ApprovalControl(id="Text-1", kind="Text", title="客户"),
        ApprovalControl(id="Money-2", kind="Money", title="金额"),
        ApprovalControl(id="Date-3", kind="Date", title="到期", required=False),
        ApprovalControl(id="Pick-4", kind="Selector", title="档位", required=False, options={"o1": "八折"}),
        ApprovalControl(id="Who-5", kind="Contact", title="专家", required=False),
        ApprovalControl(id="File-6", kind="File", title="附件", required=False),
        ApprovalControl(
            id="Table-7",
            kind="Table",
            title="明细",
            required=False,
            children=(ApprovalControl(id="Number-8", kind="Number", title="数量"),),
        ),
    ),
    flow=(ApprovalStep(), ApprovalStep(people=("ligong", "lina"), everybody=True)),
)
FILLED = [
    {"control": "Text", "id": "Text-1", "value": {"text": "华东医疗"}},
    {"control": "Money", "id": "Money-2", "value": {"new_money": "120000"}},
]


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    async with a_service() as service:
        service.platform.corp.approval_templates.append(DISCOUNT)
        service.platform.corp.approval_callers.add(1000002)
        yield service


async def applied(service: Service, **changes: Any) -> dict[str, Any]:
    body = {
        "creator_userid": "zhouqiang",
        "template_id": "TPL_DISCOUNT",
        "use_template_approver": 1,
        "notifyer": ["ligong"],
        "apply_data": {"contents": FILLED},
        "summary_list": [{"summary_info": [{"text": "华东医疗 8.5 折", "lang": "zh_CN"}]}],
    }
    return await service.post("oa/applyevent", {**body, **changes})


async def a_request(service: Service, **changes: Any) -> str:
    """A new request whose submission the service has heard of."""
    heard = len(service.heard)
    number = str((await applied(service, **changes))["sp_no"])
    for _ in range(200):
        if len(service.heard) > heard:
            return number
        await asyncio.sleep(0.01)
    raise AssertionError("nobody was told")


def told(service: Service) -> ElementTree.Element:
    """The last event heard."""
    root = ElementTree.fromstring(service.heard[-1].plain)
    assert (root.findtext("Event"), root.findtext("FromUserName")) == ("sys_approval_change", "sys")
    info = root.find("ApprovalInfo")
    assert info is not None
    return info


async def detail(service: Service, number: str) -> dict[str, Any]:
    info: dict[str, Any] = (await service.post("oa/getapprovaldetail", {"sp_no": number}))["info"]
    return info


async def test_a_request_goes_through_the_steps_of_its_template(service: Service) -> None:
    number = await a_request(service)
    assert number == "202601050001"
    assert (told(service).findtext("SpNoStr"), told(service).findtext("StatuChangeEvent")) == (number, "1")
    assert ElementTree.fromstring(service.heard[-1].plain).findtext("AgentID") == "3010040"
    with pytest.raises(ValueError, match="不由此人"):
        await service.platform.decide_approval("ligong", number, True)
    await service.platform.decide_approval("lina", number, True, "同意，限本季度")
    assert (told(service).findtext("SpStatus"), told(service).findtext("StatuChangeEvent")) == ("1", "2")
    await service.platform.decide_approval("ligong", number, True)
    assert told(service).findtext("SpStatus") == "1", "both have to agree at the second step"
    await service.platform.decide_approval("lina", number, True)
    info = told(service)
    assert (info.findtext("SpStatus"), info.findtext("Applyer/UserId")) == ("2", "zhouqiang")
    assert info.findtext("SpRecord/Details/Speech") == "同意，限本季度"
    assert [each.text for each in info.findall("SpRecord/Details/Approver/UserId")] == ["lina", "ligong", "lina"]
    assert info.findtext("Notifyer/UserId") == "ligong"
    read = await detail(service, number)
    assert (read["sp_status"], read["sp_name"], read["applyer"]["userid"]) == (2, "特价申请", "zhouqiang")
    assert [each["approverattr"] for each in read["sp_record"]] == [1, 2]
    assert read["apply_data"]["contents"][1]["value"] == {"new_money": "120000"}
    with pytest.raises(ValueError, match="已经结束"):
        await service.platform.decide_approval("lina", number, True)


async def test_one_of_several_decides_and_a_rejection_ends_it(service: Service) -> None:
    own = {"use_template_approver": 0, "approver": [{"attr": 1, "userid": ["lina", "ligong"]}]}
    number = await a_request(service, **own)
    await service.platform.decide_approval("ligong", number, True)
    assert (await detail(service, number))["sp_status"] == 2
    number = await a_request(service, **own)
    await service.platform.decide_approval("lina", number, False, "毛利太低")
    assert (told(service).findtext("SpStatus"), told(service).findtext("StatuChangeEvent")) == ("3", "3")


async def test_the_applicant_withdraws_before_and_after_the_decision(service: Service) -> None:
    own = {"use_template_approver": 0, "approver": [{"attr": 1, "userid": ["lina"]}]}
    first, second = await a_request(service, **own), await a_request(service, **own)
    with pytest.raises(ValueError, match="申请人"):
        await service.platform.withdraw_approval("lina", first)
    await service.platform.withdraw_approval("zhouqiang", first)
    assert (told(service).findtext("SpStatus"), told(service).findtext("StatuChangeEvent")) == ("4", "6")
    await service.platform.decide_approval("lina", second, True)
    await service.platform.withdraw_approval("zhouqiang", second)
    assert (told(service).findtext("SpStatus"), told(service).findtext("StatuChangeEvent")) == ("6", "8")
    with pytest.raises(ValueError, match="已经结束"):
        await service.platform.withdraw_approval("zhouqiang", second)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"creator_userid": "ghost"}, 60111),
        ({"creator_userid": "lizhi"}, 60011),
        ({"notifyer": ["ghost"]}, 60111),
        ({"template_id": "TPL_OTHER"}, 301025),
        ({"use_template_approver": 0}, 301025),
        ({"creator_userid": "lina"}, 301025),
        ({"choose_department": 3}, 301025),
        ({"apply_data": {"contents": FILLED[:1]}}, 301025),
        ({"apply_data": {"contents": "none"}}, 301025),
        ({"summary_list": [{"summary_info": [{"text": "长" * 21, "lang": "zh_CN"}]}]}, 301025),
    ],
)
async def test_what_does_not_fit_is_refused(service: Service, changes: dict[str, Any], code: int) -> None:
    assert (await applied(service, **changes))["errcode"] == code
    assert not service.platform.approvals.requests


@pytest.mark.parametrize(
    ("control", "good", "bad"),
    [
        ("Money-2", {"new_money": "8.50"}, {"new_money": 8.5}),
        ("Text-1", {"text": "华东"}, {"text": ""}),
        ("Date-3", {"date": {"type": "day", "s_timestamp": "1767585600"}}, {"date": {"type": "day"}}),
        (
            "Pick-4",
            {"selector": {"type": "single", "options": [{"key": "o1"}]}},
            {"selector": {"type": "single", "options": [{"key": "o2"}]}},
        ),
        ("Who-5", {"members": [{"userid": "lina", "name": "李娜"}]}, {"members": ["lina"]}),
        ("File-6", {"files": [{"file_id": "m1"}, {"file_id": "m2"}]}, {"files": "m1"}),
        (
            "Table-7",
            {"children": [{"list": [{"control": "Number", "id": "Number-8", "value": {"new_number": "3"}}]}]},
            {"children": [{"list": []}]},
        ),
    ],
)
async def test_values_have_the_shape_of_their_control(
    service: Service, control: str, good: dict[str, Any], bad: dict[str, Any]
) -> None:
    kind = next(each.kind for each in DISCOUNT.controls if each.id == control)
    others = [each for each in FILLED if each["id"] != control]
    for value, code in ((good, 0), (bad, 301025)):
        contents = [*others, {"control": kind, "id": control, "value": value}]
        assert (await applied(service, apply_data={"contents": contents}))["errcode"] == code, value


async def test_apps_that_are_not_listed_may_not_call(service: Service) -> None:
    answer = await service.post("oa/gettemplatedetail", {"template_id": "TPL_DISCOUNT"}, secret="other-secret")
    assert answer["errcode"] == 301055
    service.platform.corp.approvals_stopped = True
    assert (await applied(service))["errcode"] == 301056


async def test_a_template_names_its_controls(service: Service) -> None:
    answer = await service.post("oa/gettemplatedetail", {"template_id": "TPL_DISCOUNT"})
    assert answer["template_names"] == [{"text": "特价申请", "lang": "zh_CN"}]
    controls = answer["template_content"]["controls"]
    assert [(each["property"]["id"], each["property"]["require"]) for each in controls[:3]] == [
        ("Text-1", 1),
        ("Money-2", 1),
        ("Date-3", 0),
    ]
    assert controls[3]["config"]["selector"]["options"][0]["key"] == "o1"
    assert controls[6]["config"]["table"]["children"][0]["property"]["id"] == "Number-8"


async def test_numbers_are_listed_by_window_and_page(service: Service) -> None:
    numbers = [await a_request(service) for _ in range(3)]
    now = int(service.clock().timestamp())
    window = {"starttime": str(now - 60), "endtime": str(now + 60), "size": 2}
    first = await service.post("oa/getapprovalinfo", {**window, "new_cursor": ""})
    assert (first["sp_no_list"], first["new_next_cursor"]) == (numbers[:2], "2")
    rest = await service.post("oa/getapprovalinfo", {**window, "new_cursor": "2"})
    assert rest["sp_no_list"] == numbers[2:]
    assert "new_next_cursor" not in rest
    old = await service.post("oa/getapprovalinfo", {**window, "cursor": 0})
    assert old["next_cursor"] == 2
    approved = {**window, "filters": [{"key": "sp_status", "value": "2"}]}
    assert (await service.post("oa/getapprovalinfo", approved))["sp_no_list"] == []
    long = {"starttime": now - 32 * 86400, "endtime": now}
    assert (await service.post("oa/getapprovalinfo", long))["errcode"] == 301025


async def test_reading_is_limited_per_minute() -> None:
    async with a_service(approvals_per_minute=1) as service:
        service.platform.corp.approval_callers.add(1000002)
        assert (await service.post("oa/getapprovaldetail", {"sp_no": "1"}))["errcode"] == 301025
        assert (await service.post("oa/getapprovaldetail", {"sp_no": "1"}))["errcode"] == 45009
        service.clock.pass_by(minutes=1)
        assert (await service.post("oa/getapprovaldetail", {"sp_no": "1"}))["errcode"] == 301025
