"""`gendan understand` and `gendan values`: what is understood, one JSON line for each JSON line that goes in."""

import json
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

import click

from domain.calendar import OFFICE
from handlers.language.entities import entities
from handlers.language.names import Lexicon
from handlers.language.understanding import Context, Understood, understand


@click.command("understand")
@click.option(
    "--gazetteer",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="已知的客户、同事、产品等 (JSON)",
)
@click.option("--explain", is_flag=True, help="同时写出依据")
@click.argument("source", type=click.File(encoding="utf-8"), default="-")
def understand_command(gazetteer: Path, explain: bool, source: TextIO) -> None:
    """读每行一条消息的 JSONL, 写出意图和要素 (格式见 corpus/README.md)。"""
    lexicon = Lexicon.from_gazetteer(json.loads(gazetteer.read_text("utf-8")))
    for line in _lines(source):
        previous = line.get("context")
        context = Context(previous["intent"], previous.get("slots", {})) if previous else None
        understood = understand(line["text"], at=_moment(line["ref"]), lexicon=lexicon, context=context)
        _write({"id": line["id"], "intent": understood.intent, "slots": understood.slots} | _why(understood, explain))


@click.command("values")
@click.argument("source", type=click.File(encoding="utf-8"), default="-")
def values_command(source: TextIO) -> None:
    """读每行一段文字的 JSONL, 写出其中的时间、数字和金额。"""
    for line in _lines(source):
        now = datetime.fromisoformat(line.get("reference_time") or "2025-01-01T00:00:00").replace(tzinfo=None)
        _write({"id": line["id"], "entities": entities(line["text"], now)})


def _lines(source: TextIO) -> Iterator[dict[str, Any]]:
    for number, text in enumerate(source, 1):
        if not text.strip():
            continue
        try:
            line = json.loads(text)
        except json.JSONDecodeError as error:
            raise click.ClickException(f"第 {number} 行不是 JSON: {error.msg}") from error
        if not isinstance(line, dict) or "id" not in line or "text" not in line:
            raise click.ClickException(f"第 {number} 行缺少 id 或 text")
        yield line


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=OFFICE)


def _why(understood: Understood, explain: bool) -> dict[str, Any]:
    if not explain:
        return {}
    cues = [{"why": cue.why, "weight": cue.weight, "words": cue.words} for cue in understood.cues]
    return {"margin": understood.margin, "runner_up": understood.runner_up, "cues": cues}


def _write(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
