"""What is due happens once, however many replicas tick; address books are read without holding anything up."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.bell import Bell
from bot.channels.channel import Directory, DirectoryDepartment, DirectoryMember, PlatformTrouble
from bot.directory import DirectoryReader, listed
from bot.dispatcher import Dispatcher
from bot.links import Links
from bot.metrics import Metrics
from bot.scheduler import Scheduler
from bot.speaker import Speaker
from domain.members import Role
from handlers.dialogue.conversation import Conversation
from handlers.dialogue.reply import Reply
from handlers.dialogue.request import Situation
from handlers.dialogue.routes import Routes
from storage.timers import TRIES, Timer
from storage.work import Database
from tests.company import Clock
from tests.makers import COMPANY, NOW


@dataclass(slots=True)
class Chores:
    """Schedulers on one database, and what they did."""

    database: Database
    clock: Clock = field(default_factory=Clock)
    done: list[str] = field(default_factory=list)
    abroad: asyncio.Event = field(default_factory=asyncio.Event)
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    failing: bool = False

    def scheduler(self) -> Scheduler:
        routes = Routes()

        @routes.timer("count")
        async def count(timer: Timer, situation: Situation) -> Reply:
            if self.failing:
                raise ZeroDivisionError
            self.done.append(timer.key)
            await situation.work.settings.set(timer.key, self.clock.now().isoformat())
            return Reply()

        speaker = Speaker({}, Links("http://x", b"k"), COMPANY.quiet)
        dispatcher = Dispatcher(self.database, {}, Conversation(routes), COMPANY, speaker, Metrics())
        return Scheduler(self.database, dispatcher, self.clock.now, Bell(), {"abroad": self._abroad})

    async def _abroad(self, timer: Timer, at: datetime) -> None:
        self.begun.set()
        await self.abroad.wait()
        async with self.database.begin(at) as work:
            if await work.timers.finish(timer):
                self.done.append(timer.key)

    async def set(self, *keys: str, kind: str = "count", at: datetime = NOW) -> None:
        async with self.database.begin(at) as work:
            for key in keys:
                await work.timers.set(key, kind, at)


async def test_two_schedulers_do_every_chore_once(database: Database) -> None:
    chores = Chores(database)
    await chores.set(*(f"c{n}" for n in range(120)))
    await chores.set("later", at=NOW + timedelta(minutes=1))
    one, two = chores.scheduler(), chores.scheduler()
    counts = await asyncio.gather(one.tick(), two.tick(), one.tick(), two.tick())
    assert sum(counts) == 120
    assert sorted(chores.done) == sorted(f"c{n}" for n in range(120))
    chores.clock.forward(minutes=1)
    assert sum(await asyncio.gather(one.tick(), two.tick())) == 1
    assert chores.done.count("later") == 1


async def test_a_chore_that_fails_is_tried_again_and_then_left_where_it_is_seen(database: Database) -> None:
    chores = Chores(database, failing=True)
    await chores.set("c")
    scheduler = chores.scheduler()
    for _ in range(TRIES):
        assert await scheduler.tick() == 1
        assert await scheduler.tick() == 0
        chores.clock.forward(seconds=15)
    assert await scheduler.tick() == 0
    async with database.read(NOW) as work:
        assert await work.timers.failed() == 1
        assert await work.settings.get("c") is None


async def test_a_chore_that_talks_to_a_platform_holds_up_no_other_and_is_not_begun_twice(database: Database) -> None:
    chores = Chores(database)
    await chores.set("book", kind="abroad")
    scheduler = chores.scheduler()
    reading = asyncio.create_task(scheduler.tick())
    await chores.set("c1")
    for _ in range(500):
        await asyncio.sleep(0 if "c1" in chores.done else 0.01)
        if "c1" not in chores.done:
            await scheduler._tick([])
    assert chores.done == ["c1"]
    await chores.begun.wait()
    chores.clock.forward(minutes=5)
    assert await scheduler.tick() == 0, "it takes longer than a lease, and is still ours"
    chores.abroad.set()
    await reading
    assert chores.done == ["c1", "book"]


async def test_stopping_leaves_what_is_under_way_for_whoever_comes_next(database: Database) -> None:
    chores = Chores(database)
    await chores.set("book", kind="abroad")
    scheduler = chores.scheduler()
    reading = asyncio.create_task(scheduler.tick())
    await chores.begun.wait()
    await scheduler.stop()
    await asyncio.gather(reading, return_exceptions=True)
    chores.abroad.set()
    chores.clock.forward(minutes=10)
    assert await chores.scheduler().tick() == 1
    assert chores.done == ["book"]


async def test_a_chore_nobody_knows_is_dropped_and_tidying_keeps_what_may_be_asked_for(database: Database) -> None:
    chores = Chores(database)
    await chores.set("odd", kind="of another release")
    scheduler = chores.scheduler()
    assert await scheduler.tick() == 1
    await scheduler.tidy()
    async with database.read(NOW) as work:
        assert await work.timers.next_due() is None


class Book:
    """A platform with an address book, or with trouble."""

    platform, personal = "line", True

    def __init__(self, name: str) -> None:
        self.name, self.platform = name, name
        self.people: tuple[DirectoryMember, ...] = ()
        self.trouble = ""

    async def directory(self) -> Directory:
        if self.trouble:
            raise PlatformTrouble(self.trouble)
        return Directory(
            members=self.people, departments=(DirectoryDepartment(id="2", name="销售部", leaders=("wang",)),)
        )


def person(account: str, name: str, **more) -> DirectoryMember:
    return DirectoryMember(account=account, name=name, departments=("2",), **more)


@asynccontextmanager
async def reading(database: Database, *books: Book) -> AsyncIterator[DirectoryReader]:
    reader = DirectoryReader(database, {book.name: book for book in books}, COMPANY)  # type: ignore[dict-item]
    await reader.start(NOW)
    yield reader


async def read(database: Database, reader: DirectoryReader, at: datetime) -> list[str]:
    """Read every book that is due; the names of those that were."""
    async with database.begin(at) as work:
        due = await work.timers.lease(at, limit=9, hold=timedelta(seconds=30))
    for timer in due:
        await reader.read(timer, at)
    return [timer.key for timer in due]


async def test_an_address_book_brings_changes_and_takes_away_people(database: Database) -> None:
    book, other = Book("line"), Book("other")
    book.people = (person("wang", "王敏", mobile="138"), person("lin", "林一", mobile="139"))
    other.people = (person("o-lin", "林一", mobile="139"), person("wang", "王敏", mobile="138"))
    async with reading(database, book, other) as reader:
        assert await read(database, reader, NOW) == ["directory:line", "directory:other"]
        async with database.read(NOW) as work:
            lin = await work.members.by_account("line", "lin")
            assert lin == await work.members.by_account("other", "o-lin"), "the same mobile number is the same person"
            wang = await work.members.by_account("line", "wang")
            assert lin is not None
            assert wang is not None
            assert (lin.superior, lin.department, wang.leads_department) == (wang.id, "销售部", True)
            assert Role.MANAGER in wang.roles
            assert len(await work.members.active()) == 2
        night = NOW + timedelta(days=1)
        book.people = (person("wang", "王敏敏", mobile="138"),)
        assert len(await read(database, reader, night)) == 2
        async with database.read(night) as work:
            assert await work.members.by_account("line", "lin") is None
            assert await work.members.find(lin.id) == lin, "still there on the other platform"
        other.people = (person("wang", "王敏敏", mobile="138"),)
        await read(database, reader, night + timedelta(days=1))
        async with database.read(night) as work:
            left = await work.members.find(lin.id)
            assert left is not None
            assert not left.active
            assert [m.name for m in await work.members.active()] == ["王敏敏"]


async def test_trouble_and_an_empty_book_take_nobody_away_and_it_is_read_again_soon(database: Database) -> None:
    book = Book("line")
    book.people = (person("wang", "王敏"),)
    async with reading(database, book) as reader:
        await read(database, reader, NOW)
        night = NOW + timedelta(days=1)
        book.trouble = "60011 no privilege"
        assert await read(database, reader, night) == ["directory:line"]
        assert await read(database, reader, night + timedelta(minutes=4)) == []
        book.trouble, book.people = "", ()
        assert await read(database, reader, night + timedelta(minutes=5)) == ["directory:line"]
        async with database.read(NOW) as work:
            assert [m.name for m in await work.members.active()] == ["王敏"]


def test_a_leader_has_no_superior_in_the_own_department() -> None:
    department = DirectoryDepartment(id="2", name="销售部", leaders=("wang",))
    people = (person("wang", "王敏"), person("lin", "林一"), person("zhou", "周二", superior="lin"))
    found = {p.account: p for p in listed(Directory(members=people, departments=(department,)))}
    assert (found["wang"].superior, found["wang"].leads) == ("", True)
    assert (found["lin"].superior, found["lin"].leads) == ("wang", False)
    assert found["zhou"].superior == "lin"
