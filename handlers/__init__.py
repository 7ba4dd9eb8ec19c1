"""What people can ask, one module per capability; the list of capabilities, merged into one table of routes."""

from importlib import import_module

from handlers.dialogue.routes import Routes

CAPABILITIES: tuple[str, ...] = (
    "follow_ups",
    "customers",
    "stock",
    "members",
    "undo",
    "help",
    "tasks",
    "approvals",
    "experts",
    "digests",
)


def all_routes() -> Routes:
    """The routes of every capability as one table.

    Raises:
        Conflict: two capabilities claim the same phrase, command or timer.
    """
    modules = [import_module(f"handlers.{name}") for name in CAPABILITIES]
    return Routes().merge(*(module.routes for module in modules))
