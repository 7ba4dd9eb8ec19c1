"""Experts: a question goes to who knows, the answer comes back at once, nobody is forgotten."""

from handlers.dialogue.routes import Routes
from handlers.experts import answering, asking

routes = Routes().merge(asking.routes, answering.routes)

__all__ = ["routes"]
