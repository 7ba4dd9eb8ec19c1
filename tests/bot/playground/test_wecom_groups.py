"""Groups: those an app has made, webhooks, and the files that go with messages."""

import base64
import hashlib
import io
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.bot.playground.wecom_service import Service, a_service

PNG = b"\x89PNG\r\n\x1a\n" + b"1" * 100


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    async with a_service() as service:
        yield service


async def upload(
    service: Service, path: str, content: bytes, name: str = "报价.xlsx", *, field: str = "media", **query: str
) -> dict[str, Any]:
    form = aiohttp.FormData(quote_fields=False)
    form.add_field(field, io.BytesIO(content), filename=name, content_type="application/octet-stream")
    assert service.session is not None
    async with service.session.post(f"{service.base}/cgi-bin/{path}", params=query, data=form) as response:
        loaded: dict[str, Any] = await response.json()
        return loaded


async def hook(service: Service, body: dict[str, Any], key: str = "hook-key") -> dict[str, Any]:
    return await service.post("webhook/send", body, secret=None, key=key)


async def test_an_app_makes_a_group_and_writes_into_it(service: Service) -> None:
    group = {"name": "作战群", "owner": "lina", "userlist": ["lina", "zhouqiang"], "chatid": "deal31"}
    assert (await service.post("appchat/create", group))["chatid"] == "deal31"
    assert (await service.post("appchat/create", group))["errcode"] == 86215
    change = {"chatid": "deal31", "add_user_list": ["ligong"], "del_user_list": ["zhouqiang"]}
    assert (await service.post("appchat/update", change))["errcode"] == 0
    told = await service.get("appchat/get", access_token=await service.token(), chatid="deal31")
    assert told["chat_info"] == {"chatid": "deal31", "name": "作战群", "owner": "lina", "userlist": ["lina", "ligong"]}
    text = {"content": "<@ligong> 请协助", "mentioned_list": ["ligong"]}
    sent = await service.post("appchat/send", {"chatid": "deal31", "msgtype": "text", "text": text})
    assert (sent["errcode"], sent["errmsg"]) == (0, "ok")
    (bubble,) = service.platform.screens.seen("ligong", "deal31")
    assert bubble.body == {"text": "<@ligong> 请协助", "mentioned": ["ligong"]}


@pytest.mark.parametrize(
    ("path", "body", "secret", "code"),
    [
        ("appchat/create", {"userlist": ["lina", "zhouqiang"]}, "other-secret", 48002),
        ("appchat/create", {"userlist": ["lina"]}, "app-secret", 40032),
        ("appchat/create", {"userlist": ["lina", "ghost"]}, "app-secret", 60111),
        ("appchat/create", {"userlist": ["lina", "zhouqiang"], "chatid": "a-b"}, "app-secret", 86003),
        ("appchat/send", {"chatid": "none", "msgtype": "text", "text": {"content": "a"}}, "app-secret", 40050),
        ("appchat/send", {"chatid": "wr-sales", "msgtype": "text", "text": {"content": "a"}}, "app-secret", 86008),
    ],
)
async def test_groups_are_guarded(service: Service, path: str, body: Any, secret: str, code: int) -> None:
    assert (await service.post(path, body, secret=secret))["errcode"] == code


async def test_no_cards_in_groups_of_apps_and_silent_drops(service: Service) -> None:
    await service.post("appchat/create", {"userlist": ["lina", "zhouqiang"], "chatid": "deal"})
    card = {"chatid": "deal", "msgtype": "template_card", "template_card": {}}
    assert (await service.post("appchat/send", card))["errcode"] == 40008
    service.platform.limits.appchat_member_minute = 1
    for text in "ab":
        message = {"chatid": "deal", "msgtype": "text", "text": {"content": text}}
        assert (await service.post("appchat/send", message))["errcode"] == 0
    assert len(service.platform.screens.seen("lina", "deal")) == 1
    assert len(service.platform.notes.dropped) == 2


async def test_a_webhook_writes_into_its_group(service: Service) -> None:
    long = "字" * 1365
    assert (await hook(service, {"msgtype": "markdown", "markdown": {"content": long}}))["errcode"] == 0
    picture = {"base64": base64.b64encode(PNG).decode(), "md5": hashlib.md5(PNG).hexdigest()}
    assert (await hook(service, {"msgtype": "image", "image": picture}))["errcode"] == 0
    kinds = [bubble.kind for bubble in service.platform.screens.seen("lina", "wr-sales")]
    assert kinds == ["markdown", "image"]
    assert service.platform.screens.seen("ligong") == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"msgtype": "markdown", "markdown": {"content": "字" * 1366}}, 45002),
        ({"msgtype": "text", "text": {"content": "字" * 683}}, 45002),
        ({"msgtype": "text", "text": {"content": "a", "mentioned_list": "lina"}}, 40035),
        ({"msgtype": "textcard", "textcard": {}}, 40008),
        ({"msgtype": "template_card", "template_card": {"card_type": "vote_interaction"}}, 42031),
        ({"msgtype": "image", "image": {"base64": "MTIz", "md5": "0"}}, 40058),
    ],
)
async def test_what_a_webhook_refuses(service: Service, body: dict[str, Any], code: int) -> None:
    assert (await hook(service, body))["errcode"] == code


async def test_a_webhook_takes_twenty_a_minute_from_who_has_the_key(service: Service) -> None:
    body = {"msgtype": "text", "text": {"content": "a"}}
    codes = [(await hook(service, body))["errcode"] for _ in range(21)]
    assert codes == [0] * 20 + [45009]
    assert (await hook(service, body, key="wrong"))["errcode"] == 93000
    service.clock.pass_by(minutes=1)
    assert (await hook(service, body))["errcode"] == 0


async def test_files_of_a_webhook_are_its_own(service: Service) -> None:
    answer = await upload(service, "webhook/upload_media", b"123456", key="hook-key", type="file")
    file = {"media_id": answer["media_id"]}
    assert (await hook(service, {"msgtype": "file", "file": file}))["errcode"] == 0
    assert (await service.send("lina", "file", file))["errcode"] == 40007
    assert (await upload(service, "webhook/upload_media", PNG, key="hook-key", type="image"))["errcode"] == 40004


async def test_media_live_three_days(service: Service) -> None:
    token = await service.token()
    answer = await upload(service, "media/upload", b"\x00" * 2_000_000, access_token=token, type="file")
    assert isinstance(answer["created_at"], str)
    assert (await service.send("lina", "file", {"media_id": answer["media_id"]}))["errcode"] == 0
    body = {"name": "报价.xlsx", "media_id": answer["media_id"], "size": 2_000_000}
    assert service.platform.screens.seen("lina")[0].body == body
    assert service.session is not None
    url = f"{service.base}/cgi-bin/media/get"
    async with service.session.get(url, params={"access_token": token, "media_id": answer["media_id"]}) as got:
        assert len(await got.read()) == 2_000_000
    service.clock.pass_by(days=3)
    assert (await service.send("lina", "file", {"media_id": answer["media_id"]}))["errcode"] == 40007
    gone = await service.get("media/get", access_token=await service.token(), media_id=answer["media_id"])
    assert gone["errcode"] == 40007


@pytest.mark.parametrize(
    ("content", "kind", "code"),
    [
        (b"12345", "file", 40006),
        (b"", "file", 44001),
        (b"no picture", "image", 40005),
        (b"no voice", "voice", 40005),
        (b"#!AMR" + bytes(2 * 1024 * 1024), "voice", 45001),
        (PNG, "poem", 40004),
        (PNG, "image", 0),
    ],
    ids=["tiny", "empty", "no-picture", "no-voice", "large", "no-kind", "picture"],
)
async def test_uploads_are_checked(service: Service, content: bytes, kind: str, code: int) -> None:
    token = await service.token()
    assert (await upload(service, "media/upload", content, access_token=token, type=kind))["errcode"] == code


@pytest.mark.parametrize(
    ("disposition", "code", "name"),
    [
        ('form-data; name="media"; filename="报价.png"', 0, "报价.png"),
        ("form-data; name=\"media\"; filename*=UTF-8''%E6%8A%A5.png", 40063, ""),
        ('form-data; name="media"; filename="%E6%8A%A5.png"', 0, "%E6%8A%A5.png"),
        ('form-data; name="file"; filename="a.png"', 44001, ""),
        ('form-data; name="media"', 40063, ""),
    ],
)
async def test_a_file_needs_the_right_part_and_a_plain_name(
    service: Service, disposition: str, code: int, name: str
) -> None:
    raw = f"--xx\r\nContent-Disposition: {disposition}\r\n\r\n".encode() + PNG + b"\r\n--xx--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=xx"}
    query = {"access_token": await service.token(), "type": "image"}
    assert service.session is not None
    url = f"{service.base}/cgi-bin/media/upload"
    async with service.session.post(url, params=query, data=raw, headers=headers) as response:
        answer = await response.json()
    assert answer["errcode"] == code
    if not code:
        medium = service.platform.media.use(answer["media_id"])
        assert (medium.name, medium.content) == (name, PNG)


async def test_a_permanent_picture_has_an_address(service: Service) -> None:
    answer = await upload(service, "media/uploadimg", PNG, "a.png", access_token=await service.token())
    service.clock.pass_by(days=1000)
    assert service.session is not None
    async with service.session.get(answer["url"]) as picture:
        assert (picture.content_type, await picture.read()) == ("image/png", PNG)


async def test_a_picture_is_no_voice(service: Service) -> None:
    answer = await upload(service, "media/upload", PNG, access_token=await service.token(), type="image")
    assert (await service.send("lina", "voice", {"media_id": answer["media_id"]}))["errcode"] == 40004
