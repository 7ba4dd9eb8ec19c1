"""Stream frames: what the platform pushes, and how each is acknowledged.

Source: protocols/dingtalk.md 3.4-3.6.
"""

from dataclasses import dataclass

from bot.channels.channel import Incoming
from bot.channels.dingtalk import wire
from bot.channels.dingtalk.events import Home, card_callback, robot_message, stream_event
from bot.channels.dingtalk.wire import Document

ROBOT = "/v1.0/im/bot/messages/get"
CARD = "/v1.0/card/instances/callback"


class Unusable(Exception):
    """A frame nothing can be made of; `code` is how it is acknowledged: 400 broken, 404 a topic we do not serve."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Frame:
    """A push; `data` is the JSON text as it came. `message_id` belongs to this push alone, a repeat has another."""

    type: str
    topic: str
    message_id: str
    headers: Document
    data: str

    @classmethod
    def of(cls, text: str | bytes) -> "Frame":
        """Read a frame.

        Raises:
            Unusable: it is no JSON object with headers.
        """
        value = wire.read(text)
        headers = value.get("headers") if isinstance(value, dict) else None
        if not isinstance(value, dict) or not isinstance(headers, dict):
            raise Unusable(400, "bad frame")
        data = value.get("data")
        return cls(
            type=wire.text(value.get("type")),
            topic=wire.text(headers.get("topic")),
            message_id=wire.text(headers.get("messageId")),
            headers=headers,
            data=data if isinstance(data, str) else wire.written(data),
        )

    def incoming(self, home: Home) -> tuple[Incoming, ...]:
        """What there is to keep.

        Raises:
            Unusable: a topic that is none of ours, or data that is no JSON object.
        """
        if self.type != "EVENT" and self.topic not in (ROBOT, CARD):
            raise Unusable(404, "handler not found")
        data = wire.read(self.data)
        if not isinstance(data, dict):
            raise Unusable(400, "bad data")
        if self.type == "EVENT":
            return stream_event(self.headers, data, home)
        return (robot_message(data, home) if self.topic == ROBOT else card_callback(data, home),)

    def kept(self) -> str:
        """The acknowledgement once it is kept. A card changes later, through the API; here it stays as it is."""
        if self.type == "EVENT":
            return ack(self.message_id, 200, "OK", '{"status":"SUCCESS","message":"ok"}')
        return ack(self.message_id, 200, "OK", '{"response":null}' if self.topic == ROBOT else '{"response":{}}')

    def not_kept(self) -> str:
        """The answer that makes the platform deliver it again; events have a word of their own for that."""
        if self.type == "EVENT":
            return ack(self.message_id, 200, "OK", '{"status":"LATER","message":"not kept"}')
        return ack(self.message_id, 500, "not kept", "{}")


def ack(message_id: str, code: int, message: str, data: str) -> str:
    """The text of an ACK frame."""
    headers = {"contentType": "application/json"} | ({"messageId": message_id} if message_id else {})
    return wire.written({"code": code, "message": message, "headers": headers, "data": data})
