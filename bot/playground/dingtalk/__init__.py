"""DingTalk's other half over its real wire: Stream gateway, HTTP pushes, robot, card, contact and media APIs."""

from bot.playground.dingtalk.corp import (
    CardRoute,
    CardTemplate,
    Conditions,
    CustomRobot,
    DingTalkApp,
    DingTalkCorp,
    TemplateButton,
)
from bot.playground.dingtalk.frames import GatewayFaults
from bot.playground.dingtalk.limits import DingTalkLimits
from bot.playground.dingtalk.platform import DingTalkPlatform

__all__ = [
    "CardRoute",
    "CardTemplate",
    "Conditions",
    "CustomRobot",
    "DingTalkApp",
    "DingTalkCorp",
    "DingTalkLimits",
    "DingTalkPlatform",
    "GatewayFaults",
    "TemplateButton",
]
