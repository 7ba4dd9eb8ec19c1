"""WeCom's other half: callbacks to the service, and the HTTP interface the service calls.

Mount it with `application.add_routes(platform.routes("/platforms/wecom"))`; the service's `api_base` is then
`http://HOST:PORT/platforms/wecom`. Source: `protocols/wecom.md`, its checklist for the emulator.
"""

from bot.playground.wecom.approval_forms import ApprovalControl, ApprovalStep, ApprovalTemplate
from bot.playground.wecom.corp import ContactSync, Tag, WeComApp, WeComBot, WeComCorp, WeComLimits
from bot.playground.wecom.platform import WeComPlatform

__all__ = [
    "ApprovalControl",
    "ApprovalStep",
    "ApprovalTemplate",
    "ContactSync",
    "Tag",
    "WeComApp",
    "WeComBot",
    "WeComCorp",
    "WeComLimits",
    "WeComPlatform",
]
