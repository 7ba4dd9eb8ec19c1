"""Who may be answered what: strangers, people who left, outsiders, other people's cards, buttons of another time."""

from dataclasses import replace

from bot.dispatcher import EMPTY, NOT_YOURS, STRANGER, WORN_OUT
from storage.inbox import HANDLED
from tests.company import STAFF, TEMPLATE, Staff
from tests.scene import Scene, a_customer_of, a_scene

POLITE = STRANGER.format(company="远山科技")
DATA = ("华为", "C-00", "F-00", "您可以这样说")


async def test_who_does_not_belong_gets_one_polite_sentence_and_no_data(sqlite_url: str) -> None:
    newcomers = (Staff("N1", "新人", (), wecom="newcomer"), Staff("N2", "新人", (), dingtalk="d-newcomer"))
    async with a_scene(sqlite_url, staff=(*STAFF, *newcomers)) as scene:
        await a_customer_of(scene, "Y002", "深圳市华为技术有限公司", "华为")
        async with scene.work() as work:
            await work.members.unlink("wecom", "newcomer")
            await work.members.unlink("dingtalk", "d-newcomer")
            left = await work.members.by_id(scene.people["Y006"])
            await work.members.save(replace(left, active=False))
        for account in ("newcomer", "d-newcomer", "qianfang"):
            for text in ("客户 华为", "帮助", "跟进 华为 今天拜访了王总"):
                [said] = await scene.says(account, text)
                assert said.body["text"] == POLITE
        async with scene.work() as work:
            assert await work.follow_ups.find(1) is None


async def test_somebody_from_outside_is_a_stranger_even_with_the_account_of_a_member(scene: Scene) -> None:
    await a_customer_of(scene, "Y003", "深圳市华为技术有限公司", "华为")
    scene.dingtalk.people["d-chenjing"].external = True
    scene.forgiven.add("abandoned")
    await scene.says("d-chenjing", "客户 华为", chat="cidGroup1==")
    assert all(part not in str(scene.screen("d-chenjing")[1:]) for part in DATA)


async def test_a_tap_on_somebody_elses_card_changes_nothing(scene: Scene) -> None:
    await a_customer_of(scene, "Y002", "深圳市华为技术有限公司", "华为")
    [receipt] = await scene.says("zhouqiang", "跟进 华为 今天拜访了王总")
    async with scene.work() as work:
        [card] = await work.cards.about("follow_up:1")
    press = {"key": "forged", "kind": "press", "account": "zhangwei", "address": "zhangwei", "card": card.key}
    await arrives(scene, **press, handle='undo.record {"number":"F-000001"}')
    assert NOT_YOURS in scene.last("zhangwei")
    async with scene.work() as work:
        assert await work.follow_ups.find(1) is not None
    assert "已撤销" not in str(receipt.body_for("zhouqiang"))


async def test_a_button_of_another_time_is_said_to_be_worn_out(scene: Scene) -> None:
    handles = ("gone.command", "undo.record {broken", "undo.record []", 'undo.record {"number": []}', "", "\u0000")
    for place, handle in enumerate(handles):
        await arrives(scene, key=f"k{place}", kind="press", account="zhouqiang", address="zhouqiang", handle=handle)
        assert WORN_OUT in scene.last("zhouqiang"), handle
    strange = {"handle": "x", "number": "F-9", "self": "y"}
    await arrives(
        scene, key="c", kind="press", account="zhouqiang", address="zhouqiang", handle="undo.record", chosen=strange
    )
    assert len(scene.screen("zhouqiang")) == len(handles) + 1


async def test_an_answer_to_a_question_that_is_over_says_so(scene: Scene) -> None:
    await asks_back(scene)
    card = scene.card_with("zhouqiang", "取消")
    handle = next(b["key"] for b in card.body["button_list"] if b["key"].startswith("answer"))
    await scene.says("zhouqiang", "取消")
    await arrives(scene, key="late", kind="press", account="zhouqiang", address="zhouqiang", handle=handle)
    assert "已经结束" in scene.last("zhouqiang")


async def test_opening_the_conversation_does_not_end_a_question(scene: Scene) -> None:
    await asks_back(scene)
    await scene.wecom.enter("zhouqiang")
    await scene.settled()
    card = scene.card_with("zhouqiang", "哪一个")
    await scene.presses("zhouqiang", card.body["button_list"][0]["text"], on=card)
    async with scene.work() as work:
        assert await work.follow_ups.find(1) is not None


async def test_what_is_not_for_us_is_kept_and_answered_with_nothing(scene: Scene) -> None:
    for place, kind in enumerate(("other", "enter", "menu")):
        await arrives(scene, key=f"s{place}", kind=kind, account="nobody", address="nobody", text="x")
    await arrives(scene, key="sys", kind="other")
    async with scene.work() as work:
        assert await work.inbox.state_of("main", "sys") == HANDLED
        assert (await work.outbox.depth()).waiting == 0


async def test_a_message_without_content_is_answered_with_the_reason(scene: Scene) -> None:
    await arrives(scene, key="t", kind="message", account="zhouqiang", address="zhouqiang", trouble="quota")
    assert EMPTY in scene.last("zhouqiang")


async def test_a_notice_for_somebody_without_any_account_is_seen_as_given_up(sqlite_url: str) -> None:
    """The superior of 林一 has no account: the request for approval reaches nobody, and that can be seen."""
    staff = (
        Staff("Y001", "王敏", STAFF[0].roles),
        Staff("Y002", "周强", STAFF[1].roles, wecom="zhouqiang", superior="Y001"),
        Staff("Y003", "钱芳", STAFF[5].roles, wecom="qianfang", superior="Y001"),
    )
    async with a_scene(sqlite_url, staff=staff, template=TEMPLATE) as scene:
        scene.forgiven.add("abandoned")
        await scene.says("zhouqiang", "报销 差旅 1280元")
        async with scene.work() as work:
            [given_up] = await work.outbox.listed("abandoned")
        assert given_up.trouble == "the member has no account on a platform that is configured"
        assert "1,280" in given_up.payload["text"] or "1280" in given_up.payload["text"]


async def asks_back(scene: Scene) -> None:
    """The service has asked 周强 which of two customers he means."""
    for name in ("远山机械有限公司", "远山贸易有限公司"):
        await a_customer_of(scene, "Y002", name, "远山")
    await scene.says("zhouqiang", "跟进 远山 今天拜访了王总")
    assert "哪一个" in scene.last("zhouqiang")


async def arrives(scene: Scene, **fields: object) -> None:
    """Something arrives on the WeCom app without its platform, and is handled."""
    from bot.channels.channel import Incoming

    await scene.service.keeper.keep("main", [Incoming.model_validate(fields)])
    await scene.settled()
