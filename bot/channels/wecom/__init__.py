"""WeCom: the self-built app, the AI bot and the group webhook, each a Channel."""

from bot.channels.wecom.channel import WeCom
from bot.channels.wecom.group import WeComGroup
from bot.channels.wecom.robot import WeComBot

__all__ = ["WeCom", "WeComBot", "WeComGroup"]
