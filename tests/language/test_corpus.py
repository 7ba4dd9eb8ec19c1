"""The yardsticks of shared/corpus, where the checkout lies beside them; floors, not aims."""

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from click.testing import CliRunner

from bot.corpus import understand_command, values_command
from tests.language.scene import CORPUS

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not beside this checkout")


def scorer(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, CORPUS / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def lines(text: str) -> dict[str, dict[str, Any]]:
    return {line["id"]: line for line in map(json.loads, text.splitlines())}


def test_utterances_are_understood() -> None:
    gold: Path = CORPUS / "utterances.dev.jsonl"
    result = CliRunner().invoke(understand_command, ["--gazetteer", str(CORPUS / "gazetteer.json"), str(gold)])
    score = scorer("score")
    figures = score.evaluate(score.load(gold), lines(result.output))
    assert figures["intent"] / figures["n"] >= 0.99
    assert figures["exact"] / figures["n"] >= 0.95


def test_times_numbers_and_amounts_are_read() -> None:
    gold: Path = CORPUS / "time_zh.dev.jsonl"
    result = CliRunner().invoke(values_command, [str(gold)])
    score = scorer("score_time")
    items, found = score.load(gold), lines(result.output)
    right = [score.right(item, found[item["id"]]["entities"]) for item in items]
    assert sum(right) / len(right) >= 0.98
