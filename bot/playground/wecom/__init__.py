"""WeCom's other half: callbacks to the service, and the HTTP interface the service calls."""

from bot.playground.wecom.corp import ContactSync, Tag, WeComApp, WeComBot, WeComCorp, WeComLimits
from bot.playground.wecom.platform import WeComPlatform

__all__ = ["ContactSync", "Tag", "WeComApp", "WeComBot", "WeComCorp", "WeComLimits", "WeComPlatform"]
