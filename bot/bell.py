"""A bell between loops: whoever has work rings, whoever does it wakes; a slow poll stands behind it."""

import asyncio


class Bell:
    """Rings are not counted: one wake-up takes all that has come together."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """There is something to do."""
        self._rung.set()

    async def wait(self, seconds: float) -> None:
        """Return when it rings, or after `seconds` of real time at the latest."""
        try:
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        except TimeoutError:
            pass
        self._rung.clear()
