"""Opening what the service answers to a callback (protocol 2.7, 3.4, 5.11)."""

import json
from dataclasses import dataclass
from typing import Any, Literal

from bot.playground.wecom import xml
from bot.playground.wecom.corp import Binding
from bot.playground.wecom.envelope import BadEnvelope, Envelope, Sealed


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One callback line from the platform to the service.

    Attributes:
        kind: the dialect: XML for apps and contacts, JSON for AI bots.
        agent_id: written on the envelopes of apps.
    """

    kind: Literal["app", "contacts", "bot"]
    binding: Binding
    corp_id: str
    agent_id: int | None = None

    @property
    def receive_id(self) -> str:
        """The id inside the envelopes (protocol 2.8)."""
        return "" if self.kind == "bot" else self.corp_id

    @property
    def envelope(self) -> Envelope:
        """The envelope of this line as it is configured now."""
        return Envelope(self.binding.token, self.binding.encoding_aes_key, self.receive_id)

    def wrapped(self, sealed: Sealed) -> str:
        """The body of a POST."""
        if self.kind == "bot":
            return json.dumps({"encrypt": sealed.encrypt})
        agent: dict[str, xml.Value] = {} if self.agent_id is None else {"AgentID": str(self.agent_id)}
        return xml.document({"ToUserName": self.corp_id, **agent, "Encrypt": sealed.encrypt})


class BadReply(Exception):
    """A passive reply the platform cannot use."""


def open_reply(line: Line, nonce: str, body: str) -> str:
    """The plain text of a passive reply; empty when the service only acknowledged.

    Raises:
        BadReply: it is not in an envelope, or the envelope is wrong.
    """
    if not body.strip():
        return ""
    try:
        return line.envelope.open(_bot_reply(body, nonce) if line.kind == "bot" else _app_reply(body))
    except BadEnvelope as error:
        raise BadReply(str(error)) from error


def _app_reply(body: str) -> Sealed:
    try:
        root = xml.parse(body)
    except xml.BadXml as error:
        raise BadReply(f"no XML: {error}") from error
    values = [xml.content(root, name) for name in ("Encrypt", "MsgSignature", "TimeStamp", "Nonce")]
    if not all(values):
        raise BadReply("Encrypt, MsgSignature, TimeStamp or Nonce is missing")
    return Sealed(*values)


def _bot_reply(body: str, nonce: str) -> Sealed:
    try:
        reply: Any = json.loads(body)
    except ValueError as error:
        raise BadReply("no JSON") from error
    if not isinstance(reply, dict) or not isinstance(reply.get("encrypt"), str):
        raise BadReply("encrypt is missing")
    if type(reply.get("timestamp")) is not int:
        raise BadReply("timestamp is not a number")
    if reply.get("nonce") != nonce:
        raise BadReply("nonce is not that of the callback")
    return Sealed(reply["encrypt"], str(reply.get("msgsignature")), str(reply["timestamp"]), nonce)
