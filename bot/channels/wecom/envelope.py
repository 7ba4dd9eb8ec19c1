"""Signature and encryption of callbacks, checked strictly.

Source: protocols/wecom.md 2 (WeCom documentation 90930, 90968, 101033); the codes are those of the official library.
"""

import base64
import binascii
import hmac
import json
import secrets
import struct
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.channels.channel import Hook, Untrusted
from bot.channels.wecom.platform_xml import BLOCK, BadXml, child, decrypt, encrypt, signature
from bot.config import ConfigTrouble

HEADER = 20
CLOCK = timedelta(minutes=5)
"""How far a callback's timestamp may be from our clock (design.md 7)."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """What travels: the base64 text and what proves it."""

    encrypt: str
    signature: str
    timestamp: str
    nonce: str


class Envelope:
    """The envelope of one callback; `receive_id` is the corp id, "" for an AI bot (2.8).

    Raises:
        ConfigTrouble: the key is not 43 letters or digits.
    """

    def __init__(self, token: str, encoding_aes_key: str, receive_id: str) -> None:
        self._token = token
        self._key = aes_key(encoding_aes_key)
        self._receive_id = receive_id.encode()

    def open(self, sealed: Sealed) -> str:
        """The message inside, by the strict procedure of 2.6.

        Raises:
            Untrusted: with the code of the first check that fails.
        """
        try:
            expected = signature(self._token, sealed.timestamp, sealed.nonce, sealed.encrypt)
            given = sealed.signature.encode()
        except UnicodeEncodeError:
            raise Untrusted("-40001") from None
        if not hmac.compare_digest(expected.encode(), given):
            raise Untrusted("-40001")
        try:
            ciphertext = base64.b64decode(sealed.encrypt, validate=True)
        except (binascii.Error, ValueError):
            raise Untrusted("-40010") from None
        return self._message(unpadded(self._key, ciphertext))

    def _message(self, buffer: bytes) -> str:
        if len(buffer) < HEADER:
            raise Untrusted("-40008")
        (length,) = struct.unpack(">I", buffer[16:HEADER])
        if length > len(buffer) - HEADER:
            raise Untrusted("-40008")
        if not hmac.compare_digest(buffer[HEADER + length :], self._receive_id):
            raise Untrusted("-40005")
        try:
            return buffer[HEADER : HEADER + length].decode()
        except UnicodeDecodeError:
            raise Untrusted("-40008") from None

    def seal(self, plain: str, *, timestamp: str, nonce: str, salt: bytes = b"") -> Sealed:
        """`plain` encrypted and signed; `salt` are its 16 random bytes, made up when not given."""
        message = plain.encode()
        buffer = (salt or secrets.token_bytes(16)) + struct.pack(">I", len(message)) + message + self._receive_id
        text = base64.b64encode(encrypt(self._key, buffer)).decode()
        return Sealed(text, signature(self._token, timestamp, nonce, text), timestamp, nonce)

    def open_file(self, content: bytes) -> bytes:
        """A file behind an AI bot's download address: padding, but no header (2.10).

        Raises:
            Untrusted: it is not encrypted with our key.
        """
        return unpadded(self._key, content)

    def opened(self, hook: Hook, sealed_text: str, now: datetime) -> str:
        """The message of a callback with this ciphertext, signed as the query says and not older than `CLOCK`.

        Raises:
            Untrusted: as `open`, or `timestamp` when the clocks are apart.
        """
        values = (hook.query.get(name, "") for name in ("msg_signature", "timestamp", "nonce"))
        plain = self.open(Sealed(sealed_text, *values))
        check_clock(hook, now)
        return plain


def check_clock(hook: Hook, now: datetime) -> None:
    """Refuse a callback whose signed timestamp is more than `CLOCK` off.

    Raises:
        Untrusted: `timestamp`.
    """
    if abs(now.timestamp() - sent_seconds(hook)) > CLOCK.total_seconds():
        raise Untrusted("timestamp")


def sent_seconds(hook: Hook) -> int:
    """The Unix seconds a callback was signed with.

    Raises:
        Untrusted: `timestamp`, there are none.
    """
    text = hook.query.get("timestamp", "")
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        raise Untrusted("timestamp")
    return int(text)


def sealed_xml(body: bytes) -> str:
    """The ciphertext of an app's callback (2.7).

    Raises:
        Untrusted: -40002.
    """
    try:
        text = child(body.decode(), "Encrypt")
    except (UnicodeDecodeError, BadXml):
        raise Untrusted("-40002") from None
    if not text:
        raise Untrusted("-40002")
    return text


def sealed_json(body: bytes) -> str:
    """The ciphertext of an AI bot's callback (2.7).

    Raises:
        Untrusted: -40002.
    """
    text = json_object(body).get("encrypt")
    if not isinstance(text, str):
        raise Untrusted("-40002")
    return text


def json_object(source: bytes | str) -> dict[str, Any]:
    """A JSON object from outside.

    Raises:
        Untrusted: -40002.
    """
    try:
        value = json.loads(source, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Untrusted("-40002") from None
    if not isinstance(value, dict):
        raise Untrusted("-40002")
    return value


def unpadded(key: bytes, ciphertext: bytes) -> bytes:
    """Decrypt and take the padding off, every byte of it checked (2.4, 2.6).

    Raises:
        Untrusted: -40007 or -40008.
    """
    if not ciphertext or len(ciphertext) % 16:
        raise Untrusted("-40007")
    padded = decrypt(key, ciphertext)
    count = padded[-1]
    if not 1 <= count <= BLOCK or count > len(padded) or padded[-count:] != bytes([count]) * count:
        raise Untrusted("-40008")
    return padded[:-count]


def aes_key(encoding_aes_key: str) -> bytes:
    """The 32 bytes of an EncodingAESKey; unused bits of its last character do not matter (2.4).

    Raises:
        ConfigTrouble: it does not give 32 bytes.
    """
    try:
        key = base64.b64decode(encoding_aes_key + "=")
    except (binascii.Error, ValueError):
        key = b""
    if len(encoding_aes_key) != 43 or len(key) != 32:
        raise ConfigTrouble("encoding_aes_key: expected the 43 letters and digits that the admin console shows")
    return key


def _no_constant(name: str) -> float:
    raise ValueError(name)
