"""What people have to do and want to be reminded of; both are finished and moved with the same words."""

from handlers.dialogue.routes import Routes
from handlers.tasks import adding, listing, next_steps, reminders, ringing, settling

routes = Routes().merge(
    adding.routes, next_steps.routes, reminders.routes, settling.routes, listing.routes, ringing.routes
)
