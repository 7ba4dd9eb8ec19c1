"""The Stream gateway: sockets of clients, pushes to one of them at random, ACKs, redelivery, liveness."""

import asyncio
import json
import uuid
from collections import deque
from datetime import timedelta
from functools import partial

from aiohttp import WSMsgType, web

from bot.playground.dingtalk.frames import Ack, Attempt, Connection, GatewayFaults, Push, parsed
from bot.playground.dingtalk.ground import Ground
from bot.playground.dingtalk.tickets import Tickets


class Gateway:
    """Sends pushes to connected clients.

    Source: protocols/dingtalk.md 3.3-3.8, 3.10.
    """

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self.faults = GatewayFaults()
        self.tickets = Tickets(ground, self.faults)
        self.connections: list[Connection] = []
        self.pushes: deque[Push] = deque(maxlen=2000)
        self._sent: dict[str, Push] = {}
        self._held: list[Push] = []
        self._came = asyncio.Condition()

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """GET /connect?ticket=: the socket of a client; 401 without a good ticket."""
        ticket = self.tickets.redeem(request.query.get("ticket", ""))
        status, target = 101 if ticket else 401, str(request.rel_url).removeprefix(self._ground.prefix)
        self._ground.record("call", "GET", target, headers=request.headers, body="", status=status, answer="")
        if ticket is None:
            return web.Response(status=401, text="invalid ticket")
        socket = web.WebSocketResponse(autoping=not self.faults.deaf_to_pings, max_msg_size=1024 * 1024)
        await socket.prepare(request)
        connection = Connection(
            id=str(uuid.uuid4()),
            client_id=ticket.client_id,
            socket=socket,
            transport=request.transport,
            topics=ticket.topics,
        )
        await self._serve(connection)
        return socket

    async def _serve(self, connection: Connection) -> None:
        self.connections.append(connection)
        self._ground.timers.after(self._ground.limits.ping_every, partial(self._ping_regularly, connection))
        async with self._came:
            self._came.notify_all()
        try:
            async for message in connection.socket:
                if message.type is WSMsgType.TEXT:
                    await self._receive(connection, message.data)
        finally:
            self.connections.remove(connection)

    async def connected(self, client_id: str, count: int = 1, *, seconds: float = 10.0) -> None:
        """Return as soon as `count` sockets of the app are open.

        Raises:
            TimeoutError: not within `seconds` of real time.
        """
        async with asyncio.timeout(seconds), self._came:
            await self._came.wait_for(lambda: len(self._usable(client_id)) >= count)

    async def send(self, push: Push) -> Push:
        """Send something to one connection and see to its redelivery until it is accepted."""
        if len(self.pushes) == self.pushes.maxlen:
            for attempt in self.pushes[0].attempts:
                self._sent.pop(attempt.message_id, None)
        self.pushes.append(push)
        if self.faults.take("reorder"):
            self._held.append(push)
            return push
        held, self._held = self._held, []
        for one in (push, *held):
            await self._attempt(one)
        return push

    async def answered(self, push: Push, seconds: float) -> Ack | None:
        """The first answer to a push, `None` when none came within `seconds` of real time or nobody got it."""
        if not push.attempts or not push.attempts[-1].connection:
            return None
        try:
            return await asyncio.wait_for(asyncio.shield(push.answered), seconds)
        except TimeoutError:
            return None

    async def _attempt(self, push: Push) -> None:
        if self.faults.delay_seconds:
            await asyncio.sleep(self.faults.delay_seconds)
        times = 2 if self.faults.take("duplicate") else 1
        number = len(push.attempts)
        for _ in range(times):
            connection = self._choose(push)
            attempt = Attempt(uuid.uuid4().hex, connection.id if connection else "", self._ground.now(), number)
            push.attempts.append(attempt)
            self._sent[attempt.message_id] = push
            if connection is not None:
                await self._write(connection, self._frame(push, attempt))
        if not push.acknowledged:
            self._plan(push, push.deadline)

    def _choose(self, push: Push) -> Connection | None:
        """A random connection that wants the topic, another one than the last time if there is one."""
        wants = [
            connection
            for connection in self._usable(push.client_id)
            if push.to_anyone or (push.type, push.topic) in connection.topics
        ]
        others = [c for c in wants if not push.attempts or c.id != push.attempts[-1].connection]
        return self._ground.chance.choice(others or wants) if wants else None

    def _frame(self, push: Push, attempt: Attempt) -> str:
        app_id = str(uuid.uuid5(uuid.NAMESPACE_OID, push.client_id))
        frame = push.frame(attempt.message_id, attempt.connection, app_id, self._ground.ms())
        return frame[: len(frame) // 2] if self.faults.take("broken_json") else frame

    def _plan(self, push: Push, failed_in: timedelta) -> None:
        """Set the moment of the next sending, or of giving up, for a push that counts as failed after `failed_in`."""
        if push.timer is not None:
            push.timer.cancel()
        wait = push.next_wait
        if wait is None:
            last_wait = push.again[-1] if push.again else timedelta(0)
            push.timer = self._ground.timers.after(failed_in + last_wait, partial(self._give_up, push))
        else:
            push.timer = self._ground.timers.after(failed_in + wait, partial(self._attempt_again, push))

    async def _attempt_again(self, push: Push) -> None:
        if not push.acknowledged:
            self._record(push, None)
            await self._attempt(push)

    async def _give_up(self, push: Push) -> None:
        if push.acknowledged:
            return
        push.given_up = True
        self._record(push, None)
        if push.give_up is not None:
            await push.give_up(push)

    async def _receive(self, connection: Connection, text: str) -> None:
        frame = parsed(text)
        if not isinstance(frame, dict) or not isinstance(frame.get("headers"), dict):
            return
        ack = Ack(int(frame.get("code", 0)), str(frame.get("message", "")), parsed(frame.get("data")), connection.id)
        pong = connection.opaques.get(str(ack.data.get("opaque"))) if isinstance(ack.data, dict) else None
        if pong is not None and not pong.done():
            pong.set_result(None)
            return
        push = self._sent.get(str(frame["headers"].get("messageId")))
        if push is None or self.faults.take("drop_acks"):
            return
        known = push.acknowledged
        push.answer(ack)
        self._record(push, ack)
        if push.timer is not None and push.acknowledged:
            push.timer.cancel()
        elif not known:
            self._plan(push, timedelta(0))

    async def _ping_regularly(self, connection: Connection) -> None:
        if connection in self.connections and not connection.leaving:
            self._ground.timers.after(self._ground.limits.ping_every, partial(self._ping_regularly, connection))
            asyncio.get_running_loop().create_task(self._ping_or_close(connection))

    async def _ping_or_close(self, connection: Connection) -> None:
        if not await self.ping(connection):
            await connection.socket.close()

    async def ping(self, connection: Connection) -> bool:
        """Whether the client echoes the `opaque` of a SYSTEM ping in time."""
        opaque = self._ground.fresh("op-")
        pong = connection.opaques[opaque] = asyncio.get_running_loop().create_future()
        headers = {"messageId": uuid.uuid4().hex, "topic": "ping", "contentType": "application/json"}
        await self._system(connection, headers, json.dumps({"opaque": opaque}))
        try:
            await asyncio.wait_for(pong, self._ground.limits.ping_answer_seconds)
        except TimeoutError:
            return False
        finally:
            del connection.opaques[opaque]
        return True

    async def disconnect(self, client_id: str, reason: str = "persistent connection is timeout") -> None:
        """Announce the end to every connection of the app, fall silent, and close them 10 s later."""
        for connection in self._usable(client_id):
            connection.leaving = True
            headers = {"topic": "disconnect", "contentType": "application/json"}
            await self._system(connection, headers, json.dumps({"reason": reason}))
            self._ground.timers.after(self._ground.limits.disconnect_silence, partial(self._shut, connection))

    async def abort(self, client_id: str) -> None:
        """Cut the TCP connections of the app without a word."""
        for connection in self._usable(client_id):
            if connection.transport is not None:
                connection.transport.abort()

    async def close(self) -> None:
        """Close every socket."""
        for connection in list(self.connections):
            await connection.socket.close()

    async def _shut(self, connection: Connection) -> None:
        await connection.socket.close()

    async def _system(self, connection: Connection, headers: dict[str, str], data: str) -> None:
        headers |= {"connectionId": connection.id, "time": str(self._ground.ms())}
        frame = {"specVersion": "1.0", "type": "SYSTEM", "headers": headers, "data": data}
        await self._write(connection, json.dumps(frame))

    async def _write(self, connection: Connection, frame: str) -> None:
        try:
            await connection.socket.send_str(frame)
        except ConnectionError:
            connection.leaving = True

    def _usable(self, client_id: str) -> list[Connection]:
        return [
            connection
            for connection in self.connections
            if connection.client_id == client_id and not connection.leaving and not connection.socket.closed
        ]

    def _record(self, push: Push, ack: Ack | None) -> None:
        self._ground.record(
            "frame",
            push.type,
            push.headers.get("eventType", push.topic),
            headers={**push.headers, "messageId": push.attempts[-1].message_id},
            body=push.data,
            status=ack.code if ack else 0,
            answer=json.dumps(ack.data, ensure_ascii=False) if ack else "",
        )
