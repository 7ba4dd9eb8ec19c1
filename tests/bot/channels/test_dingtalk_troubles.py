"""Every code of sections 8.4 and 8.5 gets its class."""

from datetime import timedelta

import pytest

from bot.channels.dingtalk.troubles import Kind, Trouble, of_code, of_errcode, says
from bot.delivery import Failed, Rejected, Sent, Throttled

FORBIDDEN = "Forbidden.AccessDenied."
NEW = [
    (400, "InvalidAuthentication", Kind.TOKEN),
    (401, "anything", Kind.TOKEN),
    (400, "invalidClientIdOrSecret", Kind.SETTING),
    (403, FORBIDDEN + "AccessTokenPermissionDenied", Kind.SETTING),
    (403, FORBIDDEN + "IpNotInWhiteList", Kind.SETTING),
    (403, FORBIDDEN + "QpsLimitForAppkeyAndApi", Kind.SLOWER),
    (403, FORBIDDEN + "QpsLimitForApi", Kind.SLOWER),
    (403, FORBIDDEN + "QpmLimitForAppkeyAndApi", Kind.SLOWER),
    (403, FORBIDDEN + "ApiCountLimitForOrg", Kind.QUOTA),
    (429, "system.busy", Kind.SLOWER),
    (429, "systemBusy", Kind.SLOWER),
    (429, "anything", Kind.SLOWER),
    (500, "system.error", Kind.UNSURE),
    (500, "unknownError", Kind.UNSURE),
    (502, "", Kind.UNSURE),
    (503, "operationTimeout", Kind.UNSURE),
    (504, "service.timeout", Kind.UNSURE),
    (504, "ServiceTimeout", Kind.UNSURE),
    (400, "unknown.send.result", Kind.UNSURE),
    (400, "send.too.fast", Kind.SLOWER),
    (400, "send.byToken.tooFast", Kind.SLOWER),
    (400, "too.many.group", Kind.SLOWER),
    (400, "too.many.people", Kind.SLOWER),
    (400, "invalidParameter.msgKey.invalid", Kind.NEVER),
    (400, "miss.param.userIds", Kind.NEVER),
    (400, "param.outTrackIdInvalid", Kind.NEVER),
    (400, "invalidParameter.msgParam.tooLong", Kind.NEVER),
    (400, "invalidParameter.robotCode.auth", Kind.SETTING),
    (400, "invalidParameter.robotCode.notExsit", Kind.SETTING),
    (400, "resource.not.found", Kind.SETTING),
    (400, "robot.oto.notExist", Kind.SETTING),
    (400, "template.not.existed", Kind.TEMPLATE),
    (400, "template.stopped", Kind.TEMPLATE),
    (400, "param.templateNotExist", Kind.TEMPLATE),
    (400, "param.templateUnpublished", Kind.TEMPLATE),
    (400, "staffId.notExisted", Kind.NEVER),
    (400, "param.userIdNotExist", Kind.NEVER),
    (400, "chatbotId.notAllow.sendOTO", Kind.NEVER),
    (400, "group.disbanded", Kind.NEVER),
    (400, "invalid.openConversationId", Kind.NEVER),
    (400, "conversation.org.notMatch", Kind.NEVER),
    (400, "bot.stopped", Kind.NEVER),
    (400, "bot.forbidden.sendMessage", Kind.NEVER),
    (400, "resource.unavailable", Kind.NEVER),
    (400, "contain.unsafe.words", Kind.NEVER),
    (400, "param.contentUnsafe", Kind.NEVER),
    (400, "session.notExisted", Kind.SESSION),
    (400, "session.expired", Kind.SESSION),
    (400, "param.cardAlreadyExist", Kind.DONE),
    (400, "param.cardNotExist", Kind.MISSING),
    (400, "Throttling.User", Kind.SLOWER),
    (400, "some.TooMany.requests", Kind.SLOWER),
    (400, "anything.else", Kind.NEVER),
    (403, FORBIDDEN + "New", Kind.SETTING),
]
OLD = [
    (-1, "", "", -1, Kind.UNSURE),
    (15, "isp.top-remote-connection-timeout", "", 15, Kind.UNSURE),
    (88, "40014", "ding talk error", 40014, Kind.TOKEN),
    (88, "", "ding talk error[subcode=42001,submsg=x]", 42001, Kind.TOKEN),
    (88, "60011", "", 60011, Kind.SETTING),
    (88, "", "", 88, Kind.UNSURE),
    (40001, "", "", 40001, Kind.TOKEN),
    (40014, "", "", 40014, Kind.TOKEN),
    (42001, "", "", 42001, Kind.TOKEN),
    (40078, "", "", 40078, Kind.NEVER),
    (40089, "", "", 40089, Kind.SETTING),
    (60011, "", "", 60011, Kind.SETTING),
    (60020, "", "", 60020, Kind.SETTING),
    (50002, "", "", 50002, Kind.NEVER),
    (33012, "", "", 33012, Kind.NEVER),
    (60121, "", "", 60121, Kind.NEVER),
    (400002, "", "", 400002, Kind.NEVER),
    (43004, "", "", 43004, Kind.NEVER),
    (45009, "", "", 45009, Kind.SLOWER),
    (90002, "", "", 90002, Kind.BLOCKED),
    (90014, "", "", 90014, Kind.BLOCKED),
    (90017, "", "", 90017, Kind.SETTING),
    (90018, "", "", 90018, Kind.SLOWER),
    (90020, "", "", 90020, Kind.QUOTA),
    (310000, "", "", 310000, Kind.NEVER),
    (410100, "", "", 410100, Kind.SLOWER),
    (400013, "", "", 400013, Kind.NEVER),
    (300001, "", "", 300001, Kind.SESSION),
    (400101, "", "", 400101, Kind.SESSION),
    (400106, "", "", 400106, Kind.SESSION),
    (400102, "", "", 400102, Kind.NEVER),
    (400105, "", "", 400105, Kind.NEVER),
    (430101, "", "", 430101, Kind.NEVER),
    (460101, "", "", 460101, Kind.NEVER),
]


@pytest.mark.parametrize(("status", "code", "kind"), NEW)
def test_a_code_of_the_new_api(status: int, code: str, kind: Kind) -> None:
    assert of_code(status, code)[0] is kind


@pytest.mark.parametrize(("errcode", "sub_code", "errmsg", "telling", "kind"), OLD)
def test_a_code_of_the_old_api(errcode: int, sub_code: str, errmsg: str, telling: int, kind: Kind) -> None:
    assert of_errcode(errcode, sub_code, errmsg)[:2] == (telling, kind)


@pytest.mark.parametrize(
    ("kind", "delivery", "everything"),
    [
        (Kind.TOKEN, Throttled, True),
        (Kind.SETTING, Throttled, True),
        (Kind.BLOCKED, Throttled, True),
        (Kind.QUOTA, Throttled, True),
        (Kind.SLOWER, Throttled, False),
        (Kind.UNSURE, Failed, None),
        (Kind.NEVER, Rejected, None),
        (Kind.MISSING, Rejected, None),
        (Kind.TEMPLATE, Rejected, None),
        (Kind.SESSION, Rejected, None),
        (Kind.DONE, Sent, None),
    ],
)
def test_what_becomes_of_a_message(kind: Kind, delivery: type, everything: bool | None) -> None:
    result = Trouble("robot/x", "some.code", kind).delivery()
    assert isinstance(result, delivery)
    if isinstance(result, Throttled):
        assert result.everything is everything
        assert result.wait > timedelta(0)


@pytest.mark.parametrize(
    ("status", "code", "wait"),
    [
        (400, "send.too.fast", timedelta(minutes=1)),
        (403, FORBIDDEN + "QpmLimitForAppkeyAndApi", timedelta(minutes=1)),
        (403, FORBIDDEN + "QpsLimitForApi", None),
    ],
)
def test_how_long_to_wait(status: int, code: str, wait: timedelta | None) -> None:
    assert of_code(status, code)[1] == wait
    assert of_errcode(410100, "", "")[2] == timedelta(minutes=10)


def test_a_missing_permission_says_where_to_grant_it() -> None:
    trouble = Trouble("robot/x", FORBIDDEN + "AccessTokenPermissionDenied", Kind.SETTING, about="qyapi_robot_sendmsg")
    assert "权限管理" in says(trouble)
    assert "qyapi_robot_sendmsg" in says(trouble)
