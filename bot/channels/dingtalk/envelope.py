"""What proves that a request came from DingTalk: three signatures and the encryption of events.

Source: protocols/dingtalk.md 2.2 (robot messages), 4.4 (events), 6.7 (card callbacks).
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.channels.channel import Untrusted

WINDOW = timedelta(hours=1)
"""How far a signed moment may lie from ours, inclusive."""

BLOCK = 32
HEAD = 20


def robot_signature(timestamp: str, secret: str) -> str:
    """Base64 of HMAC-SHA256 over timestamp, line feed and secret, keyed with the secret (2.2)."""
    return _signature(f"{timestamp}\n{secret}", secret)


def card_signature(timestamp: str, secret: str) -> str:
    """Base64 of HMAC-SHA256 over the bare timestamp (6.7)."""
    return _signature(timestamp, secret)


def check_robot(timestamp: str | None, sign: str | None, *, secret: str, now: datetime) -> None:
    """The headers `timestamp` (ms) and `sign` of a robot message.

    Raises:
        Untrusted: `missing`, `malformed`, `expired` or `sign`.
    """
    moment = _fresh(timestamp, sign, now)
    _compare(robot_signature(moment, secret), sign or "")


def check_card(timestamp: str | None, sign: str | None, *, secret: str, now: datetime) -> None:
    """The headers `x-ddpaas-signature-timestamp` (ms) and `x-ddpaas-signature` of a card callback.

    The platform names no time window here; one hour is our policy.

    Raises:
        Untrusted: `missing`, `malformed`, `expired` or `sign`; also `missing` when we have no secret to check with.
    """
    if not secret:
        raise Untrusted("missing")
    moment = _fresh(timestamp, sign, now)
    _compare(card_signature(moment, secret), sign or "")


def _signature(text: str, secret: str) -> str:
    return base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()).decode()


def _fresh(timestamp: str | None, sign: str | None, now: datetime) -> str:
    if timestamp is None or sign is None:
        raise Untrusted("missing")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 20):
        raise Untrusted("malformed")
    if abs(int(timestamp) - _ms(now)) > WINDOW // timedelta(milliseconds=1):
        raise Untrusted("expired")
    return timestamp


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _compare(expected: str, given: str) -> None:
    if not hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace")):
        raise Untrusted("sign")


class EventEnvelope:
    """Opens encrypted events and seals the answer to them.

    Source: protocols/dingtalk.md 4.3, 4.4; the codes are those of the official libraries.
    """

    def __init__(self, token: str, aes_key: str, owner: str) -> None:
        """`owner`: the Client ID for events that were configured in the console.

        Raises:
            Untrusted: `900004`, the key is not 43 characters of Base64.
        """
        try:
            self._key = base64.b64decode(aes_key + "=", validate=True) if len(aes_key) == 43 else b""
        except (binascii.Error, ValueError):
            self._key = b""
        if len(self._key) != 32:
            raise Untrusted("900004")
        self._token = token
        self._owner = owner.encode()

    def signature(self, timestamp: str, nonce: str, encrypt: str) -> str:
        """Lower-case hexadecimal SHA-1 over the four sorted strings."""
        joined = "".join(sorted((self._token, timestamp, nonce, encrypt)))
        return hashlib.sha1(joined.encode("utf-8", "replace")).hexdigest()

    def open(self, signature: str, timestamp: str, nonce: str, encrypt: str) -> str:
        """The plain text of an event.

        Raises:
            Untrusted: `900005` signature, `900008` decryption, `900009` padding or length, `900010` owner.
        """
        expected = self.signature(timestamp, nonce, encrypt)
        if not hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace")):
            raise Untrusted("900005")
        return self._unpack(self._decrypt(encrypt))

    def _decrypt(self, encrypt: str) -> bytes:
        try:
            sealed = base64.b64decode(encrypt, validate=True)
        except (binascii.Error, ValueError):
            raise Untrusted("900008") from None
        if not sealed or len(sealed) % 16:
            raise Untrusted("900008")
        decryptor = self._cipher().decryptor()
        return decryptor.update(sealed) + decryptor.finalize()

    def _unpack(self, buffer: bytes) -> str:
        count = buffer[-1]
        if not 1 <= count <= BLOCK or buffer[-count:] != bytes([count]) * count:
            raise Untrusted("900009")
        content = buffer[:-count]
        end = HEAD + int.from_bytes(content[16:HEAD], "big")
        if len(content) < HEAD or end > len(content):
            raise Untrusted("900009")
        if not hmac.compare_digest(content[end:], self._owner):
            raise Untrusted("900010")
        try:
            return content[HEAD:end].decode()
        except UnicodeDecodeError:
            raise Untrusted("900008") from None

    def seal(self, plain: str, *, timestamp: str, nonce: str = "", prefix: bytes = b"") -> dict[str, str]:
        """The map that answers an event; `timestamp` in ms, `prefix` 16 bytes (random unless given)."""
        message = plain.encode()
        content = (prefix or secrets.token_bytes(16)) + len(message).to_bytes(4, "big") + message + self._owner
        count = BLOCK - len(content) % BLOCK
        encryptor = self._cipher().encryptor()
        sealed = encryptor.update(content + bytes([count]) * count) + encryptor.finalize()
        encrypt = base64.b64encode(sealed).decode()
        nonce = nonce or secrets.token_hex(4)
        return {
            "msg_signature": self.signature(timestamp, nonce, encrypt),
            "encrypt": encrypt,
            "timeStamp": timestamp,
            "nonce": nonce,
        }

    def _cipher(self) -> Cipher[modes.CBC]:
        return Cipher(algorithms.AES(self._key), modes.CBC(self._key[:16]))
