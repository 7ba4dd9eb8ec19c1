"""What people on the page can send without having it: a picture of a cabinet, a voice message, a place, a file."""

import struct
import zlib
from dataclasses import dataclass
from functools import cache
from typing import Any

from bot.playground.platform import BubbleKind

WIDTH, HEIGHT = 320, 240
Colour = tuple[int, int, int]
WALL, FRAME, DEVICE, PANEL = (214, 219, 224), (52, 58, 66), (94, 104, 117), (70, 78, 90)
GREEN, AMBER, BLUE = (66, 200, 112), (244, 180, 62), (64, 150, 255)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Something to send.

    Attributes:
        label: how the menu names it.
        body: the keys of its kind, as `Platform.send` takes them.
    """

    key: str
    kind: BubbleKind
    label: str
    body: dict[str, Any]


def _voice(key: str, seconds: int, text: str) -> Sample:
    body = {
        "name": "语音.amr",
        "content": b"#!AMR\n" + b"\x3c" * 32 * seconds,
        "duration": seconds * 1000,
        "text": text,
    }
    return Sample(key=key, kind="voice", label=text, body=body)


def _place(key: str, label: str, latitude: float, longitude: float) -> Sample:
    body = {"latitude": latitude, "longitude": longitude, "scale": 16, "label": label}
    return Sample(key=key, kind="location", label=label, body=body)


@cache
def samples() -> dict[str, Sample]:
    """All samples by key. Recognised words go along with a voice message; 企业微信 does not deliver them."""
    wanted = "品名,数量,备注\n边缘网关 X100,40,分两批到货\n24口交换机 SW24P,12,\n"
    listed = (
        Sample(key="cabinet", kind="image", label="现场照片", body={"name": "现场照片.png", "content": cabinet()}),
        Sample(
            key="wanted", kind="file", label="需求清单.csv", body={"name": "需求清单.csv", "content": wanted.encode()}
        ),
        _voice("visit", 7, "跟进恒泰机电今天见了李总样机试用没问题下周二过去谈合同"),
        _voice("stock", 3, "查一下X200还有多少库存"),
        _place("suzhou", "苏州市工业园区 恒泰机电 3 号门", 31.3204, 120.7186),
        _place("shenzhen", "深圳市龙岗区 华为供应商接待中心", 22.6532, 114.0579),
        _place("taizhou", "泰州市医药城 金桥药业", 32.4113, 119.9253),
    )
    return {sample.key: sample for sample in listed}


@cache
def cabinet() -> bytes:
    """A drawing of an equipment cabinet as PNG."""
    return png([[_point(x, y) for x in range(WIDTH)] for y in range(HEIGHT)])


def _point(x: int, y: int) -> Colour:
    if not (60 <= x < 260 and 16 <= y < 228):
        shade = y // 12
        return (WALL[0] - shade, WALL[1] - shade, WALL[2] - shade) if y < 212 else (150, 152, 156)
    if x < 70 or x >= 250 or y < 24 or y >= 220:
        return FRAME
    row, within = divmod(y - 24, 28)
    if within < 3:
        return FRAME
    if 10 <= within < 15 and x >= 84 and (x - 84) % 14 < 6 and x < 84 + 14 * (4 + row % 4):
        return (AMBER if (x // 14 + row) % 7 == 0 else GREEN) if within < 13 else BLUE
    return DEVICE if row % 2 else PANEL


def png(rows: list[list[Colour]]) -> bytes:
    """An 8 bit RGB PNG."""
    raw = b"".join(b"\x00" + bytes(part for colour in row for part in colour) for row in rows)
    head = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(raw, 9)), (b"IEND", b""))
    chunks = (struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
