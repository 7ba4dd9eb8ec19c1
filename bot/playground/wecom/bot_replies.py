"""What an AI bot may answer, read and checked (protocol 5.11)."""

import json
from dataclasses import dataclass, field
from typing import Any

from bot.playground.wecom.cards import Checked, check_card
from bot.playground.wecom.corp import WeComLimits
from bot.playground.wecom.media import decoded_picture
from bot.playground.wecom.replies import BadReply
from bot.playground.wecom.results import ApiError

ANSWERS = {
    "message": ("stream", "template_card", "stream_with_template_card"),
    "stream": ("stream", "stream_with_template_card"),
    "enter_chat": ("text", "template_card"),
    "template_card_event": (),
    "feedback_event": (),
}
"""Callback -> kinds of message that may answer it; updates of cards are not messages."""


@dataclass(slots=True, kw_only=True)
class StreamState:
    """The whole text so far, and what came with the last piece."""

    id: str
    content: str
    finish: bool
    pictures: list[bytes] = field(default_factory=list)
    feedback: str | None = None


@dataclass(slots=True, kw_only=True)
class BotReply:
    """An accepted reply: some of a text, a state of a stream, a card."""

    text: str | None = None
    markdown: str | None = None
    feedback: str | None = None
    stream: StreamState | None = None
    card: Checked | None = None


def read_reply(plain: str, callback: str, limits: WeComLimits) -> BotReply:
    """The passive answer to `callback`, a key of `ANSWERS`.

    Raises:
        BadReply: not JSON, a kind that may not answer this, too long, or a refused card.
    """
    reply = _object(plain)
    kind = reply.get("msgtype")
    if kind not in ANSWERS[callback]:
        raise BadReply(f"{kind} is no answer to {callback}")
    try:
        return _content(reply, str(kind), limits)
    except ApiError as error:
        raise BadReply(f"{error.code} {error}") from error


def read_update(plain: str, task_id: str) -> tuple[list[str] | None, Checked]:
    """The answer to a card event: for whom (None: everyone) and the new card.

    Raises:
        BadReply: another kind of answer, another `task_id`, or a refused card.
    """
    reply = _object(plain)
    if reply.get("response_type") != "update_template_card":
        raise BadReply("only update_template_card answers a card event")
    users = reply.get("userids")
    if users is not None and not (isinstance(users, list) and all(isinstance(each, str) for each in users)):
        raise BadReply("userids is not an array of strings")
    try:
        checked = check_card(reply.get("template_card"), "bot", updating=True)
    except ApiError as error:
        raise BadReply(f"{error.code} {error}") from error
    if checked.card.get("task_id") != task_id:
        raise BadReply("task_id differs from that of the event")
    return users or None, checked


def read_late(body: dict[str, Any], limits: WeComLimits) -> BotReply:
    """The body of a POST to a `response_url`.

    Raises:
        ApiError: 40008 for anything but markdown and cards, 45002, and those of the card.
    """
    if "response_type" in body or body.get("msgtype") not in ("markdown", "template_card"):
        raise ApiError(40008)
    return _content(body, str(body["msgtype"]), limits)


def read_frame(body: dict[str, Any], limits: WeComLimits) -> BotReply:
    """Words, a state of a stream or a card on the long connection; the caller has looked at the kind.

    Raises:
        ApiError: 40058 for pictures in a stream, 45002, and those of the card.
    """
    reply = _content(body, str(body["msgtype"]), limits)
    if reply.stream is not None and reply.stream.pictures:
        raise ApiError(40058, "stream.msg_item is not supported on the long connection")
    return reply


def _object(plain: str) -> dict[str, Any]:
    try:
        reply = json.loads(plain)
    except ValueError as error:
        raise BadReply("no JSON") from error
    if not isinstance(reply, dict):
        raise BadReply("no JSON object")
    return reply


def _content(reply: dict[str, Any], kind: str, limits: WeComLimits) -> BotReply:
    read = BotReply()
    if kind == "text":
        read.text = _words(reply.get("text"), limits)
    if kind == "markdown":
        read.markdown = _words(reply.get("markdown"), limits)
        read.feedback = _feedback(reply["markdown"])
    if kind in ("stream", "stream_with_template_card"):
        read.stream = _stream(reply.get("stream"), limits)
    if kind == "template_card" or (kind == "stream_with_template_card" and reply.get("template_card")):
        read.card = check_card(reply.get("template_card"), "bot")
        read.feedback = read.feedback or _feedback(read.card.card)
    return read


def _words(part: object, limits: WeComLimits) -> str:
    if not isinstance(part, dict) or not isinstance(part.get("content"), str):
        raise ApiError(40035, "content is not a string")
    content: str = part["content"]
    if not content:
        raise ApiError(44004)
    if len(content.encode()) > limits.bot_content_bytes:
        raise ApiError(45002)
    return content


def _feedback(part: dict[str, Any]) -> str | None:
    feedback = part.get("feedback")
    if feedback is None:
        return None
    value = feedback.get("id") if isinstance(feedback, dict) else None
    if not isinstance(value, str) or not 0 < len(value.encode()) <= 256:
        raise ApiError(40058, "feedback.id is empty or too long")
    return value


def _stream(part: object, limits: WeComLimits) -> StreamState:
    if not isinstance(part, dict) or not isinstance(part.get("id"), str) or not part["id"]:
        raise ApiError(40063, "stream.id is empty")
    content, finish = part.get("content", ""), part.get("finish", False)
    if not isinstance(content, str) or not isinstance(finish, bool):
        raise ApiError(40035, "stream.content is no string or stream.finish no boolean")
    if len(content.encode()) > limits.bot_content_bytes:
        raise ApiError(45002)
    items = part.get("msg_item", [])
    if not isinstance(items, list) or not all(isinstance(each, dict) for each in items):
        raise ApiError(40035, "stream.msg_item is not a list of objects")
    if len(items) > 10 or (items and not finish):
        raise ApiError(40058, "stream.msg_item: at most 10, only at the end")
    pictures = [decoded_picture(each.get("image"), limits.image_bytes) for each in items]
    return StreamState(id=part["id"], content=content, finish=finish, pictures=pictures, feedback=_feedback(part))
