"""What belongs to a follow-up besides its words, taking it back, and questions that grow old."""

import html
import re
from collections.abc import Mapping
from dataclasses import replace

import pytest
from aiohttp import ClientSession

from tests.journeys.conftest import WAYS, Way
from tests.journeys.people import Person
from tests.scene import Scene, a_customer_of, a_scene


async def test_pictures_voice_and_the_place_belong_to_the_follow_up(rep: Person, way: Way) -> None:
    scene = rep.scene
    await a_customer_of(scene, way.code, "深圳市华为技术有限公司", "华为")
    await rep.says("跟进 华为 看了机房")
    assert "附件记到 F-000001" in await rep.sends("image", name="机房.jpg", content=b"\xff\xd8\xffpicture")
    if way.account == "zhouqiang" and not way.chat:
        assert "附件记到 F-000001" in await rep.sends("voice", name="a.amr", content=b"#!AMR voice")
        assert "地点 滨江区江南大道" in await rep.sends(
            "location", latitude=30.2, longitude=120.1, scale=16, label="滨江区江南大道"
        )
    async with scene.work() as work:
        kept = await work.follow_ups.by_id(1)
        files = [await work.files.find(file) for file in kept.files]
    assert files[0] is not None
    assert files[0].content == b"\xff\xd8\xffpicture"
    if way.account == "zhouqiang" and not way.chat:
        assert (len(files), kept.place) == (2, "滨江区江南大道")
        assert files[1] is not None
        assert files[1].content == b"#!AMR voice"

    scene.clock.forward(minutes=40)
    asked = await rep.sends("image", name="名片.jpg", content=b"\xff\xd8\xffcard")
    assert "是哪个客户" in asked
    assert "已记跟进 F-000002" in await rep.says("华为")
    async with scene.work() as work:
        [file] = (await work.follow_ups.by_id(2)).files
        found = await work.files.find(file)
    assert found is not None
    assert found.content == b"\xff\xd8\xffcard"


PICTURE = b"\x89PNG\r\n\x1a\npicture"


async def test_a_picture_is_seen_by_those_who_see_the_customer(rep: Person, way: Way) -> None:
    scene = rep.scene
    await a_customer_of(scene, way.code, "深圳市华为技术有限公司", "华为")
    await rep.says("跟进 华为 看了机房")
    await rep.sends("image", name="机房.png", content=PICTURE)
    async with ClientSession() as session:
        for code in (way.code, "Y001"):
            status, _, page = await _opened(session, _link(scene, "/h5/customers/C-000001", code))
            assert status == 200
            [source] = re.findall(r'<img src="([^"]+)"', page.decode())
            status, headers, content = await _opened(session, html.unescape(source))
            assert (status, headers["Content-Type"], content) == (200, "image/png", PICTURE)
            assert headers["Content-Disposition"].startswith("inline; filename*=UTF-8''")
        other = "Y003" if way.code == "Y002" else "Y002"
        status, _, page = await _opened(session, _link(scene, "/h5/files/1", other))
        assert (status, PICTURE in page) == (404, False)
        assert "没有找到这个附件" in page.decode()
        assert (await _opened(session, f"{scene.address}/h5/files/1"))[0] == 403

        own = _link(scene, "/h5/files/1", way.code)
        assert (await _opened(session, own))[0] == 200
        async with scene.work() as work:
            member = await work.members.by_code(way.code)
            assert member is not None
            await work.members.save(replace(member, active=False))
        assert (await _opened(session, own))[0] == 403


def _link(scene: Scene, path: str, code: str) -> str:
    return scene.service._links.address(path, scene.people[code], scene.clock.now())


async def _opened(session: ClientSession, url: str) -> tuple[int, Mapping[str, str], bytes]:
    async with session.get(url) as response:
        return response.status, response.headers, await response.read()


async def test_a_position_is_a_visit_and_spoken_words_are_words(scene: Scene) -> None:
    await a_customer_of(scene, "Y002", "深圳市华为技术有限公司", "华为")
    await a_customer_of(scene, "Y003", "南京云海科技有限公司", "云海")
    zhou, chen = Person(scene, "zhouqiang"), Person(scene, "d-chenjing")
    asked = await zhou.sends("location", latitude=30.2, longitude=120.1, scale=16, label="坂田华为基地")
    assert "是哪个客户" in asked
    receipt = await zhou.taps("华为")
    assert "到访签到: 坂田华为基地" in receipt
    said = await chen.sends("voice", name="a.amr", content=b"#!AMR", text="跟进云海今天拜访了李总", duration=3000)
    assert "已记跟进 F-000002" in said
    assert "李总" in said
    async with scene.work() as work:
        assert len((await work.follow_ups.by_id(2)).files) == 1
    heard = await Person(scene, "zhouqiang", "bot:跟单助手").sends(
        "voice", name="b.amr", content=b"x", text="客户 华为"
    )
    assert "坂田华为基地" in heard


async def test_a_colleague_who_is_named_hears_of_it(rep: Person, way: Way) -> None:
    scene = rep.scene
    await a_customer_of(scene, way.code, "深圳市华为技术有限公司", "华为")
    await rep.says("跟进 华为 王总想看机房方案 @张工 知悉")
    [told] = Person(scene, "zhangwei").sees()
    assert "在跟进中提到了您" in told
    assert "王总想看机房方案" in told


async def test_an_act_can_be_taken_back_by_its_author_for_half_an_hour(rep: Person, way: Way) -> None:
    scene = rep.scene
    await a_customer_of(scene, way.code, "深圳市华为技术有限公司", "华为")
    await rep.says("跟进 华为 拜访了王总")
    boss = Person(scene, "wangmin")
    assert "已不能撤销" in await boss.says("撤销 F-000001")
    assert "没有可以撤销" in await boss.says("撤销")
    scene.clock.forward(minutes=29)
    assert await rep.says("撤销") == "已撤销: 跟进 F-000001。"
    assert "没有可以撤销" in await rep.says("撤销")
    await rep.says("跟进 华为 又拜访了王总")
    scene.clock.forward(minutes=31)
    assert "30分钟" in await rep.taps("撤销", on=rep.card("F-000002"))
    assert "没有可以撤销" in await rep.says("撤销")
    async with scene.work() as work:
        assert await work.follow_ups.find(1) is None
        assert await work.follow_ups.find(2) is not None


async def test_a_question_is_over_after_a_day_and_an_old_tap_gets_an_answer(rep: Person, way: Way) -> None:
    scene = rep.scene
    for name in ("北京恒泰机电有限公司", "上海恒泰机电有限公司"):
        await a_customer_of(scene, way.code, name)
    await rep.says("跟进 恒泰机电 谈得不错")
    question = rep.card("是哪一个")
    assert "您可以这样说" in await rep.says("帮助")
    if way.template:
        assert "已记跟进 F-000001" in await rep.taps("北京恒泰机电有限公司", on=question)
        scene.clock.forward(seconds=6)
    await rep.says("跟进 恒泰机电 再谈")
    stale = rep.card("是哪一个")
    scene.clock.forward(hours=25)
    late = await rep.taps("上海恒泰机电有限公司", on=stale)
    assert "已经结束" in late if way.template else "没太明白" in late
    async with scene.work() as work:
        assert await work.follow_ups.find(2) is None


@pytest.mark.parametrize("name", ["wecom_app", "dingtalk_cards", "dingtalk_links"])
async def test_long_texts_arrive_whole(sqlite_url: str, name: str) -> None:
    way = WAYS[name]
    async with a_scene(sqlite_url, template=way.template) as scene:
        await a_customer_of(scene, way.code, "深圳市华为技术有限公司", "华为")
        rep = Person(scene, way.account)
        for length in (300, 1500):
            before = len(rep.sees())
            story = "".join(f"第{number:04d}句交期和售后。" for number in range(length))
            await rep.says(f"跟进 华为 {story}")
            shown = "\n".join(rep.sees()[before:])
            files = [
                bubble for bubble in scene.platform_of(way.account).screens.seen(way.account) if bubble.kind == "file"
            ]
            missing = [number for number in range(length) if f"第{number:04d}句" not in shown]
            assert not missing or files, missing[:5]
            assert "撤销" in shown
        await scene.spotless()
