"""Approvals: asked for in a sentence, decided by a tap or a word, followed until they end."""

from handlers.approvals import deciding, following, requesting
from handlers.dialogue.routes import Routes

routes = Routes().merge(requesting.routes, deciding.routes, following.routes)

__all__ = ["routes"]
