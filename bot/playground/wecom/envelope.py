"""Signature and encryption of WeCom callbacks, written from the protocol and from nothing of the service.

Source: `protocols/wecom.md` 2.3-2.10 (WeCom documentation, doc paths 90930, 90968, 101033).
"""

import base64
import binascii
import hashlib
import hmac
import secrets
import struct
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 32
HEADER = 20


class BadEnvelope(Exception):
    """An envelope that does not open; `code` is that of the official library (protocol 2.9)."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{code} {reason}")
        self.code = code


@dataclass(frozen=True, slots=True)
class Sealed:
    """What travels: the base64 text and what proves it."""

    encrypt: str
    signature: str
    timestamp: str
    nonce: str


class Envelope:
    """The envelope of one callback binding; `receive_id` is the corp id, or empty for an AI bot (protocol 2.8)."""

    def __init__(self, token: str, encoding_aes_key: str, receive_id: str) -> None:
        self._token = token
        self._key = aes_key(encoding_aes_key)
        self._receive_id = receive_id.encode()

    def seal(self, plain: str, *, timestamp: str, nonce: str, receive_id: str | None = None) -> Sealed:
        """`plain` encrypted and signed; `receive_id` replaces the right one where a forgery is wanted."""
        message = plain.encode()
        owner = self._receive_id if receive_id is None else receive_id.encode()
        buffer = secrets.token_bytes(16) + struct.pack(">I", len(message)) + message + owner
        encrypt = base64.b64encode(encrypt_bytes(self._key, buffer)).decode()
        return Sealed(encrypt, self.signature(timestamp, nonce, encrypt), timestamp, nonce)

    def open(self, sealed: Sealed) -> str:
        """The message inside.

        Raises:
            BadEnvelope: with the code of the first check that fails, in the order of protocol 2.6.
        """
        expected = self.signature(sealed.timestamp, sealed.nonce, sealed.encrypt)
        if not hmac.compare_digest(expected.encode(), sealed.signature.encode()):
            raise BadEnvelope(-40001, "signature differs")
        try:
            cipher_text = base64.b64decode(sealed.encrypt.encode(), validate=True)
        except (binascii.Error, ValueError) as error:
            raise BadEnvelope(-40010, "not base64") from error
        return self._content(decrypt_bytes(self._key, cipher_text))

    def _content(self, buffer: bytes) -> str:
        if len(buffer) < HEADER:
            raise BadEnvelope(-40008, "shorter than its header")
        (length,) = struct.unpack(">I", buffer[16:HEADER])
        if length > len(buffer) - HEADER:
            raise BadEnvelope(-40008, "message longer than the buffer")
        if buffer[HEADER + length :] != self._receive_id:
            raise BadEnvelope(-40005, "receiveid differs")
        try:
            return buffer[HEADER : HEADER + length].decode()
        except UnicodeDecodeError as error:
            raise BadEnvelope(-40008, "message is not UTF-8") from error

    def signature(self, timestamp: str, nonce: str, encrypt: str) -> str:
        """Lower-case hex SHA-1 over the four values sorted as byte strings (protocol 2.3)."""
        parts = sorted(part.encode() for part in (self._token, timestamp, nonce, encrypt))
        return hashlib.sha1(b"".join(parts), usedforsecurity=False).hexdigest()

    def seal_file(self, content: bytes) -> bytes:
        """A file behind an AI bot's download URL: no header, only padding (protocol 2.10)."""
        return encrypt_bytes(self._key, content)


def aes_key(encoding_aes_key: str) -> bytes:
    """The 32 bytes of an EncodingAESKey; unused bits of its last character are ignored (protocol 2.4).

    Raises:
        BadEnvelope: -40004, not 43 characters of base64.
    """
    try:
        key = base64.b64decode(encoding_aes_key + "=")
    except (binascii.Error, ValueError) as error:
        raise BadEnvelope(-40004, "EncodingAESKey is not base64") from error
    if len(encoding_aes_key) != 43 or len(key) != 32:
        raise BadEnvelope(-40004, "EncodingAESKey does not give 32 bytes")
    return key


def encrypt_bytes(key: bytes, content: bytes) -> bytes:
    """AES-256-CBC, IV the first half of the key, PKCS#7 to blocks of 32."""
    count = BLOCK - len(content) % BLOCK
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return encryptor.update(content + bytes([count]) * count) + encryptor.finalize()


def decrypt_bytes(key: bytes, cipher_text: bytes) -> bytes:
    """The reverse of `encrypt_bytes`, every padding byte checked.

    Raises:
        BadEnvelope: -40007 for a broken length, -40008 for broken padding.
    """
    if not cipher_text or len(cipher_text) % 16:
        raise BadEnvelope(-40007, "length is no multiple of 16")
    decryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
    padded = decryptor.update(cipher_text) + decryptor.finalize()
    count = padded[-1]
    if not 1 <= count <= BLOCK or count > len(padded) or padded[-count:] != bytes([count]) * count:
        raise BadEnvelope(-40008, "padding makes no sense")
    return padded[:-count]
