"""The platform's side of its signatures and of event encryption, written apart from the service's own."""

import base64
import binascii
import hashlib
import hmac
import os
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 32
PREFIX = 16


class BadEnvelope(ValueError):
    """The envelope cannot be opened; `code` is that of the official libraries (900004-900010)."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(f"{code} {why}")
        self.code = code


class EventEnvelope:
    """Seals events and opens the service's encrypted replies.

    Args:
        token: 3-32 letters or digits.
        aes_key: 43 letters or digits.
        owner: Client ID for events set up in the console.

    Source: protocols/dingtalk.md 4.3, 4.4.
    """

    def __init__(self, token: str, aes_key: str, owner: str) -> None:
        if len(aes_key) != 43:
            raise BadEnvelope(900004, "the AES key needs 43 characters")
        try:
            self._key = base64.b64decode(aes_key + "=", validate=True)
        except binascii.Error as error:
            raise BadEnvelope(900004, "the AES key is no Base64") from error
        self._token = token
        self._owner = owner.encode()

    def sign(self, timestamp: str, nonce: str, sealed: str) -> str:
        """The lower-case hex signature."""
        return hashlib.sha1("".join(sorted([self._token, timestamp, nonce, sealed])).encode()).hexdigest()

    def seal(self, text: str, *, prefix: bytes | None = None) -> str:
        """`text` encrypted, Base64 in one line; `prefix` are the 16 leading bytes, random unless given."""
        message = text.encode()
        plain = (os.urandom(PREFIX) if prefix is None else prefix) + struct.pack(">I", len(message))
        plain += message + self._owner
        count = BLOCK - len(plain) % BLOCK
        encryptor = self._cipher().encryptor()
        sealed = encryptor.update(plain + bytes([count]) * count) + encryptor.finalize()
        return base64.b64encode(sealed).decode()

    def open(self, signature: str, timestamp: str, nonce: str, sealed: str) -> str:
        """The text inside.

        Raises:
            BadEnvelope: signature 900005, Base64 or alignment 900008, padding or length 900009, owner 900010.
        """
        if not hmac.compare_digest(self.sign(timestamp, nonce, sealed).encode(), signature.encode()):
            raise BadEnvelope(900005, "the signature does not match")
        plain = self._unpad(self._decrypt(sealed))
        if len(plain) < PREFIX + 4:
            raise BadEnvelope(900009, "too short")
        (length,) = struct.unpack(">I", plain[PREFIX : PREFIX + 4])
        message, owner = plain[PREFIX + 4 : PREFIX + 4 + length], plain[PREFIX + 4 + length :]
        if len(message) != length:
            raise BadEnvelope(900009, "the length does not fit")
        if owner != self._owner:
            raise BadEnvelope(900010, "another owner")
        try:
            return message.decode()
        except UnicodeDecodeError as error:
            raise BadEnvelope(900008, "no UTF-8") from error

    def _decrypt(self, sealed: str) -> bytes:
        try:
            data = base64.b64decode(sealed, validate=True)
        except (binascii.Error, ValueError) as error:
            raise BadEnvelope(900008, "no Base64") from error
        if not data or len(data) % 16:
            raise BadEnvelope(900008, "no whole blocks")
        decryptor = self._cipher().decryptor()
        return decryptor.update(data) + decryptor.finalize()

    def _unpad(self, plain: bytes) -> bytes:
        count = plain[-1]
        if not 1 <= count <= min(BLOCK, len(plain)) or plain[-count:] != bytes([count]) * count:
            raise BadEnvelope(900009, "bad padding")
        return plain[:-count]

    def _cipher(self) -> Cipher[modes.CBC]:
        return Cipher(algorithms.AES(self._key), modes.CBC(self._key[:16]))


def robot_sign(timestamp: str, secret: str) -> str:
    """The `sign` header of a robot message, and the `sign` of a custom robot before percent-encoding.

    Source: protocols/dingtalk.md 2.2, 5.7.
    """
    return _mac(secret, f"{timestamp}\n{secret}")


def card_sign(timestamp: str, secret: str) -> str:
    """The `x-ddpaas-signature` header of a card callback.

    Source: protocols/dingtalk.md 6.7.
    """
    return _mac(secret, timestamp)


def _mac(key: str, message: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), message.encode(), hashlib.sha256).digest()).decode()
