"""The demo's page and everything it can do, for people and for tests."""

from bot.playground.desk.desk import Desk, Explain

__all__ = ["Desk", "Explain"]
