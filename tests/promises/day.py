"""A day on both platforms as several people live it, with a note of everything that was acknowledged."""

import asyncio
import itertools
import random
import re
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from bot.playground.dingtalk import DingTalkPlatform
from bot.playground.platform import Bubble
from bot.playground.wecom import WeComPlatform

REPS = {"zhouqiang": "ZQ", "d-chenjing": "CJ", "wangmin": "WM", "d-licang": "LC"}
NUMBER = re.compile(r"A-\d{6}")


@dataclass(slots=True)
class Day:
    """The people, what they did, and what was acknowledged of it.

    Attributes:
        over: people stop writing when it is set.
        said: texts by account in the order in which they were acknowledged.
        kept: marks of follow-ups that stand, by account; `undone`: those that were taken back.
    """

    wecom: WeComPlatform
    dingtalk: DingTalkPlatform
    chance: random.Random
    pause: float = 0.25
    over: asyncio.Event = field(default_factory=asyncio.Event)
    said: dict[str, list[str]] = field(default_factory=dict)
    kept: dict[str, list[str]] = field(default_factory=dict)
    undone: list[str] = field(default_factory=list)
    tasks: list[str] = field(default_factory=list)
    amounts: list[int] = field(default_factory=list)
    granted: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)

    def patient(self) -> None:
        """Let both platforms repeat until somebody answers."""
        self.wecom.limits.callback_tries, self.wecom.limits.retry_pause = 400, 0.05
        self.wecom.limits.callback_seconds = 2.0
        again = (timedelta(seconds=8),) * 400
        limits = replace(self.dingtalk.ground.limits, robot_redelivery=again, patience_seconds=0.2)
        self.dingtalk.ground.limits = limits

    async def lived(self) -> None:
        """Everybody's day, side by side."""
        await asyncio.gather(*(self._works(account) for account in REPS), self._asks_for_stock("zhangwei"))

    async def _works(self, account: str) -> None:
        for turn in itertools.count():
            if self.over.is_set():
                return
            mark = f"{REPS[account]}{turn:03d}"
            match turn % 4:
                case 1:
                    await self._is_asked_back(account, mark)
                case 3:
                    await self._takes_it_back(account, mark)
                case _:
                    await self._logs(account, mark)
            if turn % 3 == 0:
                await self.says(account, f"待办 整理资料{mark}")
                self.tasks.append(f"整理资料{mark}")
            if turn % 4 == 2 and account in ("zhouqiang", "d-chenjing"):
                amount = 1000 * (1 + list(REPS).index(account)) + turn
                await self.says(account, f"报销 差旅 {amount}元")
                self.amounts.append(amount)
            if account == "wangmin":
                await self._decides(account)

    async def _logs(self, account: str, mark: str) -> None:
        await self.says(account, f"跟进 华为 今天拜访了王总 方案{mark}")
        self.kept.setdefault(account, []).append(mark)

    async def _takes_it_back(self, account: str, mark: str) -> None:
        await self.says(account, f"跟进 华为 今天拜访了李总 方案{mark}")
        await self.says(account, "撤销")
        self.undone.append(mark)

    async def _is_asked_back(self, account: str, mark: str) -> None:
        """There are two customers called 远山: the answer must meet the question, whatever happens in between."""
        await self.says(account, f"跟进 远山 今天拜访了赵总 方案{mark}")
        await self.says(account, "1")
        self.kept.setdefault(account, []).append(mark)
        self.questions.append(mark)

    async def _decides(self, account: str) -> None:
        for number in sorted(set(NUMBER.findall(str(self.screen(account))))):
            if number not in self.granted:
                self.granted.append(number)
                await self.says(account, f"同意 {number}")

    async def _asks_for_stock(self, account: str) -> None:
        while not self.over.is_set():
            await self.says(account, "库存 X100")

    async def says(self, account: str, text: str) -> None:
        """Write, and go on as soon as it is acknowledged."""
        if account in self.wecom.people:
            await self.wecom.say(account, text)
        else:
            await self.dingtalk.say(account, text)
            await self._acknowledged(account, text)
        self.said.setdefault(account, []).append(text)
        await asyncio.sleep(self.chance.uniform(0, 2 * self.pause))

    async def _acknowledged(self, account: str, text: str) -> None:
        mine = [push for push in self.dingtalk.gateway.pushes if f'"{account}"' in push.data and text in push.data]
        for _ in range(6000):
            if mine[-1].acknowledged:
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"never acknowledged: {text}")

    def screen(self, account: str) -> list[str]:
        """What the service has written to this account, as it looks now."""
        return [str(bubble.body_for(account)) for bubble in self.bubbles(account)]

    def bubbles(self, account: str) -> list[Bubble]:
        """The service's messages on this account's screen."""
        platform: Any = self.wecom if account in self.wecom.people else self.dingtalk
        return [bubble for bubble in platform.screens.seen(account) if not bubble.sender]
