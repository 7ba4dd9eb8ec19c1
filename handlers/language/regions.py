"""Provinces and cities that stand before a company's own name."""

import tomllib
from pathlib import Path

_NAMES: dict[str, str] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
PROVINCES = frozenset(_NAMES["provinces"].split())
CITIES = frozenset(_NAMES["cities"].split())
REGIONS = PROVINCES | CITIES
