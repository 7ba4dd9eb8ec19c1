"""`python -m tests.promises.nursery CONFIG CLOCK LOG`: starts the service in a new process whenever it is told to.

Everything is imported once; a start is a fork, so that a service that was killed is back in a moment. Commands come
one a line: `start` (what runs is killed first), `kill` (with SIGKILL, at once). Each is answered by a line.
"""

import asyncio
import os
import signal
import sys
from datetime import datetime, timedelta
from pathlib import Path

import alembic.command
import alembic.script
import jinja2
from aiohttp import web

from bot import logs
from bot.app import Service, clock
from bot.config import Config
from handlers import all_routes

PRELOADED = (alembic.command, alembic.script, jinja2, all_routes())


class FastClock:
    """A clock that showed `began` at the real moment `real` and has run `speed` times as fast since."""

    def __init__(self, began: datetime, real: datetime, speed: float) -> None:
        self._began = began
        self._real = real
        self._speed = speed

    def now(self) -> datetime:
        """The moment it shows, UTC."""
        return self._began + timedelta(seconds=(clock() - self._real).total_seconds() * self._speed)

    def told(self) -> list[str]:
        """What another process needs to have the same clock."""
        return [self._began.isoformat(), self._real.isoformat(), str(self._speed)]

    @classmethod
    def of(cls, began: str, real: str, speed: str) -> "FastClock":
        """The clock that another process told of."""
        return cls(datetime.fromisoformat(began), datetime.fromisoformat(real), float(speed))


def child(config: Config, now: FastClock, log: Path) -> int:
    """The service in a process of its own; its id."""
    born = os.fork()
    if born:
        return born
    sys.stdin.close()
    os.dup2(os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT), 2)
    logs.set_up()
    try:
        asyncio.run(serve(config, now))
    finally:
        os._exit(1)


async def serve(config: Config, now: FastClock) -> None:
    """Serve until killed."""
    service = Service(config, now=now.now)
    await service.start()
    runner = web.AppRunner(service.web_app(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", config.server.port, reuse_port=True).start()
    await asyncio.Event().wait()


def main() -> None:
    """Do what stdin says."""
    config = Config.load(Path(sys.argv[1]), {})
    now, log = FastClock.of(*sys.argv[2:5]), Path(sys.argv[5])
    running = 0
    print("ready", flush=True)
    for line in sys.stdin:
        if running:
            os.kill(running, signal.SIGKILL)
            os.waitpid(running, 0)
        running = child(config, now, log) if line.strip() == "start" else 0
        print("done", flush=True)
    if running:
        os.kill(running, signal.SIGKILL)
        os.waitpid(running, 0)


if __name__ == "__main__":
    main()
