"""What members do in the conversations of self-built apps, told to the service as XML (protocol 4.2, 4.3)."""

import secrets
from collections.abc import Mapping
from typing import Any

from bot.playground.platform import BubbleKind
from bot.playground.wecom import events
from bot.playground.wecom.app_replies import AppReplies
from bot.playground.wecom.callbacks import Answer, Callbacks
from bot.playground.wecom.card_store import CardStore, Task
from bot.playground.wecom.corp import WeComApp
from bot.playground.wecom.ground import Ground
from bot.playground.wecom.media import MediaStore
from bot.playground.wecom.pressing import Pressed
from bot.playground.wecom.replies import BadReply, Line
from bot.playground.wecom.xml import Value


class Apps:
    """All self-built apps of the company, and the contact-sync assistant."""

    def __init__(self, ground: Ground, callbacks: Callbacks, media: MediaStore, cards: CardStore) -> None:
        self._ground = ground
        self._callbacks = callbacks
        self._media = media
        self._cards = cards
        self._replies = AppReplies(ground, media, cards)
        self._number = 7 * 10**18 + secrets.randbelow(10**18)

    def line(self, app: WeComApp) -> Line:
        """The callback line of an app."""
        return Line(kind="app", binding=app, corp_id=self._ground.corp.corp_id, agent_id=app.agent_id)

    def contacts_line(self) -> Line | None:
        """The callback line of the contact-sync assistant, if the company uses it."""
        contacts, corp_id = self._ground.corp.contacts, self._ground.corp.corp_id
        return None if contacts is None else Line(kind="contacts", binding=contacts, corp_id=corp_id)

    async def hear(self, app: WeComApp, account: str, kind: BubbleKind, body: Mapping[str, Any]) -> str:
        """Deliver what a member has written or sent; its MsgId. A file is shown and told to nobody."""
        self._number += 1
        number = self._number
        if kind in events.MESSAGE_KINDS:
            corp, seconds = self._ground.corp.corp_id, self._ground.seconds()
            own = self._own(kind, body)
            plain = events.message(corp, account, seconds, kind, own, number=number, agent_id=app.agent_id)
            await self._deliver(app, account, plain)
        return str(number)

    def _own(self, kind: BubbleKind, body: Mapping[str, Any]) -> dict[str, Value]:
        if kind == "text":
            return {"Content": str(body["text"])}
        if kind == "location":
            place: dict[str, Value] = {"Location_X": body["latitude"], "Location_Y": body["longitude"]}
            return {**place, "Scale": int(body.get("scale", 16)), "Label": str(body.get("label", ""))}
        if kind == "link":
            names = (("Title", "title"), ("Description", "description"), ("Url", "url"), ("PicUrl", "picurl"))
            return {name: str(body.get(key, "")) for name, key in names}
        media_id = str(body["media_id"])
        if kind == "image":
            return {"PicUrl": f"{self._ground.base_url}/wwpic/{media_id}", "MediaId": media_id}
        if kind == "voice":
            return {"MediaId": media_id, "Format": str(body.get("format", "amr"))}
        thumb = self._media.add("image", "thumb.jpg", b"\xff\xd8\xff\xe0 thumb \xff\xd9")
        return {"MediaId": media_id, "ThumbMediaId": thumb.id}

    async def tell(
        self,
        app: WeComApp,
        account: str,
        name: str,
        own: Mapping[str, Value] | None = None,
        *,
        task: Task | None = None,
    ) -> bool:
        """Tell an app of an event; whether it acknowledged."""
        corp, seconds = self._ground.corp.corp_id, self._ground.seconds()
        plain = events.event(corp, account, seconds, name, own, agent_id=app.agent_id)
        return await self._deliver(app, account, plain, event=name, task=task)

    async def tell_approval(self, app: WeComApp, own: Mapping[str, Value]) -> bool:
        """Tell an app of a change in the approval app; whether it acknowledged."""
        named = self._ground.limits.approval_agent
        corp, seconds = self._ground.corp.corp_id, self._ground.seconds()
        agent_id = app.agent_id if named is None else named
        plain = events.event(corp, "sys", seconds, "sys_approval_change", own, agent_id=agent_id)
        return await self._deliver(app, "sys", plain, event="sys_approval_change")

    async def tell_contacts(self, own: Mapping[str, Value]) -> bool:
        """Tell the contact-sync callback of a change; whether it acknowledged."""
        line = self.contacts_line()
        if line is None:
            return False
        plain = events.event(self._ground.corp.corp_id, "sys", self._ground.seconds(), "change_contact", own)

        async def handle(answer: Answer) -> None:
            if answer.plain:
                self._callbacks.refuse(line.binding.callback_url or "", "contact changes take no answer", answer.plain)

        return await self._callbacks.deliver(line, plain, handle=handle)

    async def _deliver(
        self, app: WeComApp, account: str, plain: str, *, event: str = "", task: Task | None = None
    ) -> bool:
        async def handle(answer: Answer) -> None:
            if not answer.plain:
                return
            try:
                self._replies.show(app, account, answer.plain, event=event, task=task)
            except BadReply as error:
                self._callbacks.refuse(app.callback_url or "", str(error), answer.plain)

        return await self._callbacks.deliver(self.line(app), plain, handle=handle)

    async def pressed(self, account: str, task: Task, press: Pressed) -> None:
        """A member presses something on an app's card; the event carries a fresh code."""
        app = self._ground.app(task.owner)
        own = events.card_event(
            key=press.key,
            task_id=task.task_id,
            card_type=press.card_type,
            response_code=self._cards.code(task),
            selected=press.selected,
        )
        name = "template_card_menu_event" if press.menu else "template_card_event"
        await self.tell(app, account, name, own, task=task)

    async def enter(self, app: WeComApp, account: str, latitude: float, longitude: float) -> None:
        """A member opens the app: `enter_agent`, and `LOCATION` where the app asks for it."""
        await self.tell(app, account, "enter_agent", {"EventKey": ""})
        if app.reports_location:
            await self.tell(app, account, "LOCATION", events.location_entered(latitude, longitude))
