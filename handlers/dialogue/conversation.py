"""From what was typed or tapped to the command that is meant, and what the conversation remembers of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from domain.errors import NotAllowed
from handlers.dialogue.answering import answer_to
from handlers.dialogue.card import Button, Card, Tone
from handlers.dialogue.command import Command, decode
from handlers.dialogue.question import Answer, Cancel, Question, QuestionGone, Settled
from handlers.dialogue.reply import Reply, say
from handlers.dialogue.request import Request
from handlers.dialogue.routes import CommandRoute, Routes
from handlers.dialogue.understanding import CHITCHAT, Meant, meant
from handlers.language.folding import folded
from storage.collection import WRITTEN

LASTS = timedelta(hours=24)
"""After that a question ends by itself, and nothing is taken as referring to what was said before."""

QUESTIONS = 4
"""Questions remembered in one conversation, so that an older card can still be answered."""

CANCEL = ("取消", "算了", "不用了")


@dataclass(frozen=True, slots=True)
class Turn:
    """What a message amounts to: the command to do, or what to say instead; `slots` is what was understood.

    `settles` is the question that it answers or drops.
    """

    command: Command | None = None
    reply: Reply | None = None
    slots: Mapping[str, Any] | None = None
    settles: Settled | None = None


class Conversation:
    """Reads messages against the routes of all capabilities."""

    def __init__(self, routes: Routes) -> None:
        self.routes = routes

    async def typed(self, text: str, request: Request) -> Turn:
        """What a typed message means: the answer to a question, an exact phrase, or what it seems to say."""
        plain = folded(text).strip()
        asked = _open_question(request.talk, request.at)
        if asked and plain in CANCEL:
            return self._cancelled(request)
        if asked:
            answer = await answer_to(asked, text, request, phrase=self.routes.phrased(plain) is not None)
            if answer is not None:
                return Turn(answer, settles=_settled(request.talk["asking"], asked, answer))
        phrased = self.routes.phrased(plain)
        if phrased is not None:
            return self._tapped(phrased, request)
        quoting = await self._quoting(text, request)
        if quoting is not None:
            return Turn(quoting)
        guess = await meant(text, request)
        if guess.sure and guess.command is not None:
            return Turn(guess.command, slots=guess.understood.slots)
        for hook in self.routes.words:
            command = await hook(text, request)
            if command is not None:
                return Turn(command)
        return Turn(reply=self._unsure(guess))

    async def _quoting(self, text: str, request: Request) -> Command | None:
        """What words mean that quote a message of ours about a record."""
        for letter, number in WRITTEN.findall(request.said.quoted):
            hook = self.routes.quoting.get(letter)
            command = await hook(f"{letter}-{number}", text, request) if hook else None
            if command is not None:
                return command
        return None

    def pressed(self, handle: str, chosen: Mapping[str, str], request: Request) -> Turn:
        """What a tap means.

        Raises:
            ValueError: the handle is none of ours.
            QuestionGone: it answers a question that is over.
        """
        return self._tapped(decode(handle, **chosen), request)

    def _tapped(self, command: Command, request: Request) -> Turn:
        match command:
            case Cancel():
                return self._cancelled(request, command.question)
            case Answer():
                asked = _asked(request.talk, command.question, request.at)
                if asked is None:
                    raise QuestionGone
                answer = decode(asked["command"], **{asked["field"]: command.option})
                return Turn(answer, settles=_settled(command.question, asked, answer))
        return Turn(command)

    async def run(self, command: Command, request: Request) -> Reply:
        """Do a command.

        Raises:
            NotAllowed: the sender's role does not allow it.
            Refusal, Question: as the handler says.
        """
        route = self._route(command)
        if route.roles and not request.sender.has(*route.roles):
            raise NotAllowed(what=route.title or "执行这个操作", who="、".join(route.roles))
        return await route.handler(command, request)

    def _route(self, command: Command) -> CommandRoute:
        return self.routes.commands[command.name]

    @staticmethod
    def _cancelled(request: Request, question: str = "") -> Turn:
        key = question or request.talk.get("asking", "")
        asked = request.talk.get("asked", {}).get(key, {})
        return Turn(reply=say("已取消。"), settles=Settled(key, asked.get("says", "已取消"), "已取消"))

    def _unsure(self, guess: Meant) -> Reply:
        if guess.understood.intent == CHITCHAT and any(cue.words for cue in guess.understood.cues):
            return say(_small_talk(guess))
        buttons = (Button(text="看看能做什么", command="help", says="帮助"),) if "help" in self.routes.commands else ()
        likely = self.routes.commands.get(guess.understood.intent) if guess.command else None
        example = next(iter(likely.examples), "") if likely else ""
        hint = f"如果是想{likely.title}, 请这样说: {example}" if likely and example else "请换个说法, 或发送「帮助」。"
        return say(Card(title="没太明白您的意思", subtitle=hint, tone=Tone.WARNING, buttons=buttons))


def _small_talk(guess: Meant) -> str:
    """A word back to a word that asks for nothing."""
    return (
        "不客气。"
        if any(word in guess.text for word in ("谢", "辛苦"))
        else "收到。有事直接打字就行, 发送「帮助」看能做什么。"
    )


def _open_question(talk: Mapping[str, Any], at: datetime) -> dict[str, Any] | None:
    return _asked(talk, talk.get("asking", ""), at)


def _asked(talk: Mapping[str, Any], key: str, at: datetime) -> dict[str, Any] | None:
    asked = talk.get("asked", {}).get(key)
    if asked is None or at - datetime.fromisoformat(asked["at"]) > LASTS:
        return None
    return dict(asked)


def _settled(key: str, asked: Mapping[str, Any], answer: Command) -> Settled:
    value = str(getattr(answer, asked["field"], ""))
    label = next((label for option, label in asked["options"] if option == value), value)
    return Settled(key, asked["says"], f"已选: {label}" if asked["options"] else f"已答: {label}")


def asking(talk: Mapping[str, Any], question: Question, key: str, at: datetime) -> dict[str, Any]:
    """The conversation's state when this question is open under `key`."""
    asked = question.asked()
    entry: dict[str, Any] = {"command": asked.command, "field": asked.field, "verbatim": asked.verbatim}
    entry |= {"closed": asked.closed, "says": asked.says, "options": [list(pair) for pair in asked.options]}
    kept = _without(talk, question.after) | {key: entry | {"at": at.isoformat()}}
    latest = dict(list(kept.items())[-QUESTIONS:])
    return {**talk, "asked": latest, "asking": key}


def answered(talk: Mapping[str, Any], turn: Turn, reply: Reply, at: datetime) -> dict[str, Any]:
    """The conversation's state after a turn: what was done is what is spoken of.

    After a command no question is open any more, so that what is typed next is not taken for an answer; one that was
    not answered still is when its card is tapped.
    """
    state = {**talk, "asked": _without(talk, turn.settles)}
    if turn.command is not None or turn.settles is not None:
        state.pop("asking", None)
    if turn.command is None:
        return state
    slots = dict(turn.slots) if turn.slots is not None else turn.command.model_dump(mode="json", exclude_defaults=True)
    record = reply.record or talk.get("last", {}).get("record", "")
    state["last"] = {"intent": turn.command.name, "slots": slots, "record": record, "at": at.isoformat()}
    return state


def _without(talk: Mapping[str, Any], settled: Settled | None) -> dict[str, Any]:
    return {key: asked for key, asked in talk.get("asked", {}).items() if settled is None or key != settled.key}


def fresh(talk: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """The conversation's state without what was too long ago to be referred to."""
    last = talk.get("last")
    if last and at - datetime.fromisoformat(last["at"]) > LASTS:
        return {name: value for name, value in talk.items() if name != "last"}
    return dict(talk)
