"""Looking at a customer, creating one, sharing one; the timeline of everything that happened there."""

from handlers.customers import adding, history, sharing, showing
from handlers.dialogue.routes import Routes

routes = Routes().merge(showing.routes, history.routes, adding.routes, sharing.routes)
