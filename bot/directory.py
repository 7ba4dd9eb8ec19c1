"""Reads the platforms' address books, on a call from the platform and every night."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta

import structlog

from bot.channels.channel import Channel, Directory, PlatformTrouble
from domain.directory import Listed
from handlers.dialogue.request import Company, Situation
from handlers.members import take_over
from storage.timers import Timer
from storage.work import Database

log = structlog.get_logger()

NIGHTLY = time(2, 40)
AGAIN = timedelta(minutes=5)


class DirectoryReader:
    """A chore that talks to a platform first and writes in one unit of work after."""

    def __init__(self, database: Database, channels: Mapping[str, Channel], company: Company) -> None:
        self._database = database
        self._channels = channels
        self._company = company

    async def start(self, at: datetime) -> None:
        """See to it that every platform's address book is read: now when it never was, and each night."""
        async with self._database.begin(at) as work:
            for name, channel in self._channels.items():
                if channel.personal:
                    known = await work.members.accounts_on(channel.platform)
                    await work.timers.offer(f"directory:{name}", "directory", self._tonight(at) if known else at)

    async def read(self, timer: Timer, at: datetime) -> None:
        """Read one channel's address book, take it over, and set the next night's timer."""
        name = timer.key.removeprefix("directory:")
        channel = self._channels.get(name)
        directory = None
        if channel is not None and channel.personal:
            try:
                directory = await channel.directory()
            except PlatformTrouble as trouble:
                log.error("address book not read", channel=name, trouble=str(trouble))
        async with self._database.begin(at, cause=f"directory:{name}", act="directory") as work:
            if not await work.timers.finish(timer) or channel is None or not channel.personal:
                return
            changed = 0
            if directory is not None:
                situation = Situation(at=at, work=work, company=self._company, cause=f"directory:{name}")
                changed = await take_over(channel.platform, listed(directory), situation)
            again = self._tonight(at) if directory is not None else at + AGAIN
            await work.timers.offer(f"directory:{name}", "directory", again)
        log.info("address book read", channel=name, changed=changed)

    def _tonight(self, at: datetime) -> datetime:
        calendar = self._company.calendar
        return calendar.moment(calendar.today(at) + timedelta(days=1), NIGHTLY)


def listed(directory: Directory) -> tuple[Listed, ...]:
    """The people of an address book in the company's terms."""
    names = {department.id: department.name for department in directory.departments}
    leaders = {department.id: department.leaders for department in directory.departments}
    people = []
    for person in directory.members:
        main = person.departments[0] if person.departments else ""
        heads = [leader for leader in leaders.get(main, ()) if leader != person.account]
        people.append(
            Listed(
                account=person.account,
                name=person.name,
                mobile=person.mobile,
                department=names.get(main, ""),
                leads=main in person.leads or person.account in leaders.get(main, ()),
                superior=person.superior or next(iter(heads), ""),
                active=person.active,
            )
        )
    return tuple(people)
