import json

from click.testing import CliRunner

from bot.corpus import understand_command, values_command
from tests.language.scene import HERE

GAZETTEER = str(HERE / "gazetteer.json")


def test_a_line_in_is_a_line_out_and_may_say_why() -> None:
    line = json.dumps({"id": "a", "ref": "2025-07-09T10:20:00+08:00", "text": "查库存 标签机"}, ensure_ascii=False)
    result = CliRunner().invoke(understand_command, ["--gazetteer", GAZETTEER, "--explain"], input=line + "\n\n")
    out = json.loads(result.output)
    assert (out["id"], out["intent"], out["slots"]) == ("a", "stock.query", {"sku": "PRN-8"})
    assert out["cues"]


def test_values_of_a_line() -> None:
    line = json.dumps({"id": "b", "text": "明天", "reference_time": "2025-07-09T00:00:00"})
    result = CliRunner().invoke(values_command, input=line)
    assert json.loads(result.output)["entities"] == [{"kind": "date", "value": "2025-07-10"}]


def test_what_is_no_json_is_refused_by_its_line() -> None:
    result = CliRunner().invoke(values_command, input='{"id": "b", "text": ""}\nnonsense\n')
    assert result.exit_code == 1
    assert "第 2 行" in result.output
