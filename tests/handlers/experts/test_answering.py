"""The answer, and what the asker makes of it."""

from dataclasses import replace

import pytest

from domain.errors import NotFound
from domain.members import Member
from domain.questions import NotYourQuestion
from handlers.dialogue.command import decode
from handlers.dialogue.question import Question
from handlers.dialogue.request import Said
from handlers.experts import routes
from handlers.experts.cards import card_for, picture_of
from handlers.experts.commands import (
    AnswerQuestion,
    AskExpert,
    AskFurther,
    HandOn,
    Helpful,
    MyQuestions,
    PerhapsAnswer,
    ShowQuestion,
    WaitingQuestions,
)
from tests.handlers.experts.conftest import Office, card_in, card_to, text_in, text_to, updated_of
from tests.makers import a_member, asked, local


@pytest.fixture(autouse=True)
async def _asked(office: Office) -> None:
    await office.does(office.zhou, AskExpert(content="X100支持信创吗", mention=("张伟",), customer="华为"))


async def test_the_asker_has_the_answer_at_once(office: Office) -> None:
    reply = await office.does(
        office.zhang, AnswerQuestion(number="q1", text="支持, 有证书"), at=local("2025-06-11T10:41")
    )

    assert text_in(reply) == "已转告周强 (Q-000001)。要补充请发送: 补充 Q-000001 内容"
    card = card_to(reply, office.zhou)
    assert (card.title, card.text) == ("张伟回答了您", "问: X100支持信创吗\n答: 支持, 有证书")
    assert [button.says for button in card.buttons] == ["有用 Q-000001", "追问 Q-000001", "转给别人 Q-000001"]
    assert updated_of(reply, office.zhang).subtitle == "Q-000001 您已回答"
    assert updated_of(reply, office.zhou).closed
    assert await office.timers(local("2025-06-12T18:00")) == []


async def test_the_answer_is_kept_as_it_was_typed(office: Office) -> None:
    command = AnswerQuestion(number="q-000001", text="支持, 见gb/t 22239")
    await office.does(office.zhang, command, text="答复 Q-000001 支持, 见GB/T 22239")

    assert (await office.work.questions.by_number("q1")).answers[0].text == "支持, 见GB/T 22239"


async def test_pressing_answer_takes_the_next_words_whatever_they_are(office: Office) -> None:
    with pytest.raises(Question) as asking:
        await office.does(office.zhang, AnswerQuestion(number="q1"))

    assert asking.value.says == "请输入对 Q-000001 的回答"
    assert asking.value.verbatim
    await office.does(office.zhang, decode(asking.value.asked().command, text="库存 X100"))
    assert (await office.work.questions.by_number("q1")).answers[0].text == "库存 X100"


async def test_only_the_one_who_is_asked_answers(office: Office) -> None:
    with pytest.raises(NotYourQuestion):
        await office.does(office.zhou, AnswerQuestion(number="q1", text="支持"))
    with pytest.raises(NotFound):
        await office.does(office.ma, AnswerQuestion(number="q1", text="支持"))


async def test_an_answer_that_helped_is_told_to_the_expert(office: Office) -> None:
    await office.does(office.zhang, AnswerQuestion(number="q1", text="支持"))
    reply = await office.does(office.zhou, Helpful(number="q1"))

    assert text_to(reply, office.zhang) == "周强觉得您对 Q-000001 的回答有用。"
    assert text_in(reply) == "Q-000001 已标记有用, 也告诉了张伟。"
    assert (await office.work.questions.by_number("q1")).helpful is True
    assert (await office.does(office.zhou, Helpful(number="q1"), card="k1")).says == ()


async def quotes(office: Office, sender: Member, text: str) -> object:
    return await office.quotes(sender, "Q-000001", text)


async def test_words_quoting_the_question_are_the_experts_answer_or_the_askers_further_question(office: Office) -> None:
    assert await quotes(office, office.zhang, "支持") == AnswerQuestion(number="Q-000001", text="支持")
    assert await quotes(office, office.zhou, "X200呢") == AskFurther(number="Q-000001", text="X200呢")
    assert await quotes(office, office.zhou, "有用") == Helpful(number="Q-000001")
    assert await quotes(office, office.zhang, "转给马工") == HandOn(number="Q-000001", to="马工")
    assert await quotes(office, office.ma, "支持") is None
    assert await office.quotes(office.zhang, "Q-000999", "支持") is None


async def unclaimed(office: Office, sender: Member, text: str, group: str = "") -> object:
    return await routes.words[0](text, asked(office.work, sender, group=group))


async def test_unclaimed_words_may_answer_an_open_question(office: Office) -> None:
    perhaps = await unclaimed(office, office.zhang, " 可以的, 已经测过 ")

    assert perhaps == PerhapsAnswer(number="Q-000001", text="可以的, 已经测过")
    assert await unclaimed(office, office.zhang, "嗯") is None
    assert await unclaimed(office, office.ma, "可以的, 已经测过") is None
    assert await unclaimed(office, office.zhang, "可以的, 已经测过", group="wr1") is None
    await office.does(office.zhou, AskExpert(content="还有一个", mention=("张伟",)))
    which = await unclaimed(office, office.zhang, "可以的, 已经测过")
    assert which == PerhapsAnswer(text="可以的, 已经测过")


async def test_before_such_words_are_sent_they_are_asked_about(office: Office) -> None:
    perhaps = PerhapsAnswer(number="Q-000001", text="可以的")
    with pytest.raises(Question) as asking:
        await office.does(office.zhang, perhaps)
    assert asking.value.says == "这是对 Q-000001 (周强: X100支持信创吗) 的回答吗?"

    no = await office.does(office.zhang, decode(asking.value.asked().command, sure="no"))
    assert text_in(no) == "好的, 没有发送。回答请发送: 答复 Q-000001 内容"
    yes = await office.does(office.zhang, decode(asking.value.asked().command, sure="yes"))
    assert card_to(yes, office.zhou).text.endswith("答: 可以的")


async def test_each_sees_what_there_is_to_do(office: Office) -> None:
    async def shown(reader: Member) -> tuple[str, int]:
        card = card_in(await office.does(reader, ShowQuestion(number="q1")))
        return card.title, len(card.buttons)

    assert await shown(office.zhang) == ("周强的提问", 2)
    assert await shown(office.zhou) == ("已问张伟", 1)
    assert await shown(office.gao) == ("周强的提问", 0)
    await office.does(office.zhang, AnswerQuestion(number="q1", text="支持"))
    assert await shown(office.zhou) == ("张伟回答了您", 3)
    assert await shown(office.zhang) == ("周强的提问", 0)


async def test_questions_are_listed_for_asker_and_expert(office: Office) -> None:
    assert text_in(await office.does(office.ma, MyQuestions())).startswith("您还没有问过专家")
    assert text_in(await office.does(office.ma, WaitingQuestions())) == "没有等您回答的提问。"
    mine = card_in(await office.does(office.zhou, MyQuestions()))
    assert [(line.label, line.text, line.says) for line in mine.lines] == [
        ("张伟", "Q-000001 待回答 X100支持信创吗", "提问 Q-000001")
    ]
    waiting = card_in(await office.does(office.zhang, WaitingQuestions()))
    assert (waiting.title, waiting.lines[0].text) == ("1个提问等您回答", "Q-000001 待回答 X100支持信创吗")
    await office.does(office.zhang, AnswerQuestion(number="q1", text="支持"))
    assert "已回答" in card_in(await office.does(office.zhou, MyQuestions())).lines[0].text


async def test_the_page_has_everything_that_was_said(office: Office) -> None:
    await office.does(office.zhang, AnswerQuestion(number="q1", text="支持"), at=local("2025-06-11T10:41"))
    shown = await office.page(office.zhou, "Q-000001")

    assert shown["said"] == [
        {"who": "周强", "at": "10:20", "text": "X100支持信创吗"},
        {"who": "张伟", "at": "10:41", "text": "支持"},
    ]
    assert (shown["customer"], shown["state_word"], shown["helpful"]) == ("华为", "已回答", None)
    other = await a_member(office.work, "孙悦")
    with pytest.raises(NotFound):
        await office.page(other, "Q-000001")


async def test_the_page_of_an_open_question_without_a_customer(office: Office) -> None:
    await office.does(office.zhou, AskExpert(content="差旅补贴多少", mention=("马超",)))
    shown = await office.page(office.zhou, "Q-000002")

    assert (shown["customer"], shown["state_word"], shown["context"]) == ("", "等待马超", [])


async def test_somebody_who_is_gone_from_the_records_has_a_word(office: Office) -> None:
    question = replace(await office.work.questions.by_number("q1"), expert=999)
    picture = await picture_of(question, asked(office.work, office.zhou))

    assert card_for(office.zhou.id, picture).title == "已问离职同事"
    assert Said().quoted == ""
