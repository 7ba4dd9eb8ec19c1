"""Summaries of a day, week or month, on demand and every working day; each number opens the list it counts."""

from handlers.dialogue.routes import Routes
from handlers.digests import asking, pages, sending

routes = Routes().merge(asking.routes, pages.routes, sending.routes)
