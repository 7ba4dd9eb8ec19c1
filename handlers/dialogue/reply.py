"""What a handler has to say: replies where the person asked, notices to others, changes of cards, posts to groups."""

from dataclasses import dataclass, field, replace

from handlers.dialogue.card import Card


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A message to a member, where that member was last seen.

    Attributes:
        member: id of the member.
        patient: it can wait for the end of the quiet hours.
    """

    member: int
    card: Card | None = None
    text: str = ""
    patient: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """From now on every open card about `subject` shows `card`; with `member`, only that member's.

    Attributes:
        closed: cards that were closed show it too: what they say is no longer true.
    """

    subject: str
    card: Card
    member: int | None = None
    closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A card into a group of the configuration (`digest.groups`)."""

    group: str
    card: Card


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file to be sent as the reply; `content` is small enough for a message (20 MB)."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """Everything that is to be said because of one happening.

    Attributes:
        says: the answer: cards and texts in their order; empty when the changed card says it all.
        record: number of the record it is about (`F-000123`), so that 「金额改成3.5万」 right after it finds it.
        private: in a group: answer the person in private instead; the group is told that it was.
    """

    says: tuple[Card | str, ...] = ()
    notices: tuple[Notice, ...] = ()
    updates: tuple[Update, ...] = ()
    posts: tuple[Post, ...] = ()
    documents: tuple[Document, ...] = ()
    record: str = ""
    private: bool = False

    def __add__(self, other: "Reply") -> "Reply":
        return Reply(
            (*self.says, *other.says),
            (*self.notices, *other.notices),
            (*self.updates, *other.updates),
            (*self.posts, *other.posts),
            (*self.documents, *other.documents),
            self.record or other.record,
            self.private or other.private,
        )


def with_reactions(reply: Reply, reactions: Reply) -> Reply:
    """One message instead of several: what reactions add in words is written into the receipt, where there is one."""
    added = [part for part in reactions.says if isinstance(part, str)]
    if not added or not reply.says:
        return reply + reactions
    receipt = reply.says[-1]
    already = receipt if isinstance(receipt, str) else receipt.text
    text = "\n".join(part for part in (already, *added) if part)
    whole = text if isinstance(receipt, str) else receipt.model_copy(update={"text": text})
    cards = tuple(part for part in reactions.says if not isinstance(part, str))
    says = (*reply.says[:-1], whole, *cards)
    return replace(reply + replace(reactions, says=()), says=says)


def say(*says: Card | str, record: str = "") -> Reply:
    """A reply that only answers."""
    return Reply(says, record=record)
