"""Customers, contacts, colleagues, products and warehouses by the names people type, found inside a message."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

from handlers.language.folding import folded
from handlers.language.regions import REGIONS
from handlers.language.tables import Tables, default_tables

Kind = Literal["customer", "contact", "colleague", "product", "warehouse"]
KINDS: tuple[Kind, ...] = ("customer", "contact", "colleague", "product", "warehouse")
SHORTEST, LONGEST = 2, 16
"""Folded characters of a name that is found inside a message; ASCII codes may be longer."""
MOST_CANDIDATES = 1500
_LOOSE = re.compile(r"[\s\-_·.()/&'\"，,、。:!?#]+")
_PIECES = re.compile(r"[^\n,，。;；!！?？:：、@#\"“”《》【】\[\]]+")
_WORDS = re.compile(r"[a-z0-9]+")
_PARTICLES = frozenset("的了吗呢吧啊呀着过哦嘛么")
_LEGAL = re.compile(
    r"(?:(?:股份|责任|控股|实业|投资)*(?:有限)?(?:责任)?(?:总|分|子)?公司|(?:控股|实业)?集团(?:有限|"
    r"股份)*(?:公司)?|有限合伙|合伙企业|个体工商户)$"
)
_REGION = re.compile(
    r"^(?:中国)?(?:(?:"
    + "|".join(sorted(REGIONS, key=len, reverse=True))
    + r")(?:省|市|特别行政区|自治区|自治州|地区)?)+(?:[\u4e00-\u9fff]{2}(?:区|县|新区)(?=[\u4e00-\u9fff]{4}))?"
)
_BRACKETS = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")


def folded_name(text: str) -> str:
    """The one form in which names are kept and looked up: folded, without blanks, hyphens, brackets and dots."""
    return _LOOSE.sub("", folded(text))


def formless_name(company: str) -> str:
    """A company's name without its legal form: 上海恒泰机电有限公司 -> 上海恒泰机电. Empty only when the name is."""
    return folded_name(_without_form(company)) or folded_name(company)


def _without_form(company: str) -> str:
    plain = folded(company).strip()
    bare = _BRACKETS.sub("", plain).replace(" ", "") or plain
    return _LEGAL.sub("", bare) or bare


def core_name(company: str) -> str:
    """What tells a company's name from others: 深圳市华为技术有限公司 -> 华为技术. Empty only when the name is."""
    without_form = _without_form(company)
    without_region = _REGION.sub("", without_form)
    core = without_region if len(without_region) >= 2 else without_form
    return folded_name(core) or folded_name(company)


def candidates(text: str) -> set[str]:
    """The folded substrings of a message that may be names, at most `MOST_CANDIDATES`, for one `IN (...)` query.

    2 to 16 characters long and within one phrase; a run of letters and digits is never cut. A long message is searched
    for shorter names only.
    """
    phrases = [_tight(match[0]) for match in _PIECES.finditer(folded(text))]
    for longest in (LONGEST, 12, 10, 8, 6, 4):
        found = set().union(*(_substrings(phrase, places, longest) for phrase, places in phrases)) if phrases else set()
        if len(found) <= MOST_CANDIDATES:
            return found
    return set(sorted(found, key=lambda name: (len(name) != 4, name))[:MOST_CANDIDATES])


def _substrings(phrase: str, places: list[int], longest: int) -> set[str]:
    cuts = _cuts(phrase, places)
    found = {word for word in _WORDS.findall(phrase) if SHORTEST <= len(word) <= 40}
    for index, start in enumerate(cuts):
        if phrase[start : start + 1] in _PARTICLES:
            continue
        for end in cuts[index + 1 :]:
            if end - start > longest:
                break
            if end - start >= SHORTEST and phrase[end - 1] not in _PARTICLES:
                found.add(phrase[start:end])
    return found


def _cuts(phrase: str, places: list[int]) -> list[int]:
    """Places where a name may begin or end: inside a run of letters and digits only where a blank was left out."""
    inside = {at for word in _WORDS.finditer(phrase) for at in range(word.start() + 1, word.end())}
    mixed = {at for at in inside if phrase[at - 1].isdigit() != phrase[at].isdigit()}
    mixed |= {at for at in inside if places[at] != places[at - 1] + 1}
    return [at for at in range(len(phrase) + 1) if at not in inside or at in mixed]


def _tight(text: str) -> tuple[str, list[int]]:
    """A folded text as names are folded, and each character's place in it."""
    places: list[int] = []
    done = 0
    for loose in _LOOSE.finditer(text):
        places.extend(range(done, loose.start()))
        done = loose.end()
    places.extend(range(done, len(text)))
    return "".join([text[at] for at in places]), places


@dataclass(frozen=True, slots=True)
class NameEntry:
    """One name of one thing; `folded` as `folded_name` makes it, `key` what a slot holds, `label` for people."""

    kind: Kind
    key: str
    folded: str
    label: str


@dataclass(frozen=True, slots=True)
class Name:
    """A name found in a folded text; several `keys` when it is the name of several things."""

    start: int
    end: int
    kind: Kind
    keys: tuple[str, ...]
    weak: bool = False

    @property
    def key(self) -> str:
        return self.keys[0]

    @property
    def shared(self) -> bool:
        return len(self.keys) > 1


class Lexicon:
    """The names that are known, and the company's tables."""

    def __init__(self, entries: Iterable[NameEntry], tables: Tables) -> None:
        self.tables = tables
        self._keys: dict[tuple[str, Kind], dict[str, None]] = {}
        self._lengths: dict[str, list[int]] = {}
        for entry in entries:
            if entry.folded:
                self._keys.setdefault((entry.folded, entry.kind), {})[entry.key] = None
        self._weak = _short_codes(self._keys)
        for name, _ in [*self._keys, *self._weak]:
            lengths = self._lengths.setdefault(name[0], [])
            if len(name) not in lengths:
                lengths.append(len(name))
        for lengths in self._lengths.values():
            lengths.sort(reverse=True)

    @classmethod
    def of(cls, entries: Iterable[NameEntry], config: Tables | Mapping[str, Any] | None = None) -> Self:
        """From the names a lookup found; `config` has the shape of the gazetteer's, without one the defaults apply."""
        if isinstance(config, Tables):
            return cls(entries, config)
        return cls(entries, Tables.of(config) if config else default_tables())

    @classmethod
    def from_gazetteer(cls, gazetteer: Mapping[str, Any]) -> Self:
        """From a gazetteer as in corpus/gazetteer.json."""
        return cls.of(gazetteer_entries(gazetteer), gazetteer.get("config"))

    def find(self, text: str) -> list[Name]:
        """Every name in a folded text in order, the longest where they overlap; one span may be of several kinds."""
        tight, places = _tight(text)
        found: list[Name] = []
        at = 0
        while at < len(tight):
            here = self._longest(tight, places, text, at)
            found.extend(here)
            at = at + max(len(_tight(text[here[0].start : here[0].end])[0]), 1) if here else at + 1
        return found

    def keys(self, kind: Kind, name: str) -> tuple[str, ...]:
        """What carries exactly this folded name."""
        return tuple(self._keys.get((name, kind), ()))

    def _longest(self, tight: str, places: list[int], text: str, at: int) -> list[Name]:
        for length in self._lengths.get(tight[at], ()):
            name = tight[at : at + length]
            if len(name) < length:
                continue
            start, end = places[at], places[at + length - 1] + 1
            if not _whole(text, start, end):
                continue
            found = [
                Name(start, end, kind, tuple(self._keys[name, kind])) for kind in KINDS if (name, kind) in self._keys
            ]
            if not found and (name, "product") in self._weak:
                found = [Name(start, end, "product", (self._weak[name, "product"],), weak=True)]
            if found:
                return found
        return []


def _whole(text: str, start: int, end: int) -> bool:
    """Not cut out of a longer word or number."""
    return not (_joined(text[start - 1 : start], text[start]) or _joined(text[end - 1], text[end : end + 1]))


def _joined(left: str, right: str) -> bool:
    return bool(left and right) and left.isascii() and left.isalnum() and right.isascii() and right.isalnum()


def _short_codes(known: Mapping[tuple[str, Kind], Mapping[str, None]]) -> dict[tuple[str, Kind], str]:
    """The letters before a product code's number when only one code has them: UPS for UPS-3K."""
    short: dict[str, set[str]] = {}
    for (name, kind), keys in known.items():
        head = re.match(r"[a-z]{3,}(?=\d)", name) if kind == "product" else None
        if head:
            short.setdefault(head[0], set()).update(keys)
    return {(head, "product"): next(iter(keys)) for head, keys in short.items() if len(keys) == 1}


def gazetteer_entries(gazetteer: Mapping[str, Any]) -> Iterable[NameEntry]:
    """One entry for every key, full name and alias."""
    parts: tuple[tuple[str, Kind, str], ...] = (
        ("customers", "customer", "key"),
        ("contacts", "contact", "name"),
        ("employees", "colleague", "name"),
        ("skus", "product", "code"),
        ("warehouses", "warehouse", "name"),
    )
    for part, kind, key in parts:
        for thing in gazetteer.get(part, ()):
            names = [thing[key], thing.get("name", ""), *thing.get("aliases", ())]
            for name in dict.fromkeys(folded_name(name) for name in names):
                yield NameEntry(kind, thing[key], name, thing.get("name", thing[key]))
