"""Members, customers, products and stock from tables: all of a file or nothing, and a second time without effect."""

from handlers.imports.columns import Counts, Refused, Table, Trouble
from handlers.imports.taking import KINDS, take

__all__ = ["KINDS", "Counts", "Refused", "Table", "Trouble", "take"]
