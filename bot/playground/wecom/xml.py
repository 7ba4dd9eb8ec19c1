"""The platform's XML: written as the documentation shows it, read without trusting it."""

import re
from collections.abc import Iterable, Mapping
from typing import TypeAlias
from xml.etree import ElementTree

Value: TypeAlias = "str | int | float | Markup"

CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


class Markup(str):
    """Elements that are already written."""


class BadXml(Exception):
    """A document that cannot be read."""


def text(value: str) -> Markup:
    """Text in CDATA; an end mark inside is split (protocol 3.4) and control characters are left out."""
    return Markup("<![CDATA[" + CONTROL.sub("", value).replace("]]>", "]]]]><![CDATA[>") + "]]>")


def element(name: str, value: Value) -> Markup:
    """One element: numbers bare, strings in CDATA, markup as it is."""
    written = text(value) if type(value) is str else value
    return Markup(f"<{name}>{written}</{name}>")


def elements(fields: Mapping[str, Value]) -> Markup:
    """Elements in the order given."""
    return Markup("".join(element(name, value) for name, value in fields.items()))


def repeated(name: str, items: Iterable[Value]) -> Markup:
    """One element for each item; lists are written by repetition."""
    return Markup("".join(element(name, item) for item in items))


def document(fields: Mapping[str, Value]) -> str:
    """A whole message."""
    return str(element("xml", elements(fields)))


def parse(source: str) -> ElementTree.Element:
    """The root of a document.

    Raises:
        BadXml: it is no XML, or declares a document type (entities are never expanded).
    """
    if "<!DOCTYPE" in source.upper() or "<!ENTITY" in source.upper():
        raise BadXml("document types are not accepted")
    try:
        return ElementTree.fromstring(source)
    except ElementTree.ParseError as error:
        raise BadXml(str(error)) from error


def content(root: ElementTree.Element, path: str) -> str:
    """The text at `path`, or the empty string."""
    return (root.findtext(path) or "").strip()
