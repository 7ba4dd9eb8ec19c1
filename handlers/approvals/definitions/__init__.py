"""The approval types: definition files shipped beside this module, and a company's own, which win.

A company's folder holds `approvals/*.toml`. A file that cannot be used stops the start with a sentence that names it.
"""

import hashlib
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError

from domain.approvals import Definition, facts_of
from domain.calendar import WorkCalendar
from domain.customers import Customer, Level
from domain.errors import BadValue
from domain.members import Member
from handlers.approvals.definitions.expressions import BadExpression
from handlers.approvals.definitions.schema import DefinitionFile, ExamplePart
from handlers.approvals.reading import Reader

SHIPPED = Path(__file__).parent
OWN = "approvals"
"""Folder of approval types within a company's folder of definitions."""


EXAMPLES_AT = datetime(2025, 6, 11, 2, 0, tzinfo=UTC)
"""The moment at which the examples of definitions are read."""


class BadDefinition(ValueError):
    """A definition file cannot be used; the message names the file and what is wrong."""


@lru_cache(maxsize=8)
def definitions_of(folder: Path | None = None) -> Mapping[str, Definition]:
    """Every approval type by name, in the order of the files' names: the shipped ones, then the company's own.

    Raises:
        BadDefinition: a file is not as it should be, or an example in it does not come out as it says.
    """
    files = sorted(SHIPPED.glob("*.toml"))
    if folder is not None:
        files += sorted((folder / OWN).glob("*.toml"))
    found = [definition_in(file) for file in files]
    return {definition.name: definition for definition in found}


def definition_in(file: Path) -> Definition:
    """The definition in a file, with its examples tried.

    Raises:
        BadDefinition: it is not as it should be.
    """
    raw = file.read_bytes()
    try:
        checked = DefinitionFile.model_validate(tomllib.loads(raw.decode()))
        definition = checked.definition(f"{checked.name}@{hashlib.sha256(raw).hexdigest()[:12]}")
        for example in checked.examples:
            _try(definition, example)
    except ValidationError as error:
        found = error.errors()
        wrong = next((each for each in found if each["type"] == "extra_forbidden"), found[0])
        where = ".".join(str(part) for part in wrong["loc"])
        raise BadDefinition(f"{file.name}: {where} {wrong['msg']}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, BadExpression, BadValue) as error:
        raise BadDefinition(f"{file.name}: {error}") from error
    return definition


def _try(definition: Definition, example: ExamplePart) -> None:
    """See that an example comes out as its author says.

    Raises:
        BadDefinition: title or route are others.
    """
    reader = Reader(EXAMPLES_AT, WorkCalendar())
    values = {}
    for name, said in example.fields.items():
        field = definition.field(name)
        if field is None:
            raise BadDefinition(f"{definition.name}: 例子里的字段 {name} 不存在")
        values[name] = reader.read(field, said)
    applicant = Member(code="", name="", department=example.department)
    facts = facts_of(definition.fields, values, applicant, _customer(example.level))
    title = definition.titled(values)
    route = tuple(step.name for step in definition.steps if step.when(facts))
    if (title, route) != (example.title, example.route):
        came = f"「{title}」 {' → '.join(route)}"
        raise BadDefinition(f"{definition.name}: 例子「{example.title}」得到的是 {came}")


def _customer(level: str | None) -> Customer | None:
    if level is None:
        return None
    return Customer(name="", core="", level=Level(level), created_at=EXAMPLES_AT, touched_at=EXAMPLES_AT)
