"""The official client as a program: prints what it is told, one JSON line each. Run as: CLIENT_ID CLIENT_SECRET."""

import asyncio
import json
import sys
from typing import Any

import dingtalk_stream
from dingtalk_stream import AckMessage


def told(kind: str, **facts: Any) -> None:
    print(json.dumps({"kind": kind, **facts}, ensure_ascii=False), flush=True)


class Chat(dingtalk_stream.ChatbotHandler):  # type: ignore[misc]
    async def process(self, callback: Any) -> tuple[int, str]:
        message = dingtalk_stream.ChatbotMessage.from_dict(callback.data)
        told("message", text=message.text.content, staff=message.sender_staff_id, webhook=message.session_webhook)
        self.reply_text("收到", message)
        return AckMessage.STATUS_OK, "OK"


class Card(dingtalk_stream.CallbackHandler):  # type: ignore[misc]
    async def process(self, callback: Any) -> tuple[int, dict[str, Any]]:
        card = dingtalk_stream.CardCallbackMessage.from_dict(callback.data)
        told("card", id=card.card_instance_id, staff=card.user_id, content=card.content)
        data = {"cardParamMap": {"status": "已同意"}}
        return AckMessage.STATUS_OK, {"cardUpdateOptions": {"updateCardDataByKey": True}, "cardData": data}


class Events(dingtalk_stream.EventHandler):  # type: ignore[misc]
    async def process(self, event: Any) -> tuple[int, str]:
        told("event", type=event.headers.event_type, id=event.headers.event_id, data=event.data)
        return AckMessage.STATUS_OK, "OK"


def main() -> None:
    client = dingtalk_stream.DingTalkStreamClient(dingtalk_stream.Credential(*sys.argv[1:3]))
    client.register_all_event_handler(Events())
    client.register_callback_handler(dingtalk_stream.ChatbotMessage.TOPIC, Chat())
    client.register_callback_handler(dingtalk_stream.CallbackHandler.TOPIC_CARD_CALLBACK, Card())
    told("token", token=client.get_access_token())
    asyncio.run(client.start())


if __name__ == "__main__":
    main()
