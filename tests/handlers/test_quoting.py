"""Words that quote a message of ours, and words that nothing else understands, reach the capability they belong to."""

from domain.members import Role
from handlers import all_routes
from handlers.approvals.commands import Decide, RequestApproval
from handlers.dialogue.conversation import Conversation
from handlers.experts.commands import AnswerQuestion, AskExpert, PerhapsAnswer
from storage.work import Work
from tests.makers import a_member, asked

ROUTES = all_routes()
CONVERSATION = Conversation(ROUTES)


async def test_words_quoting_a_question_are_its_answer(work: Work) -> None:
    zhou, zhang = await a_member(work, "周强"), await a_member(work, "张伟", Role.EXPERT)
    await CONVERSATION.run(AskExpert(content="支持信创吗", mention=("张伟",)), asked(work, zhou))
    quoting = asked(work, zhang, said={"quoted": "周强的提问\nQ-000001 等您回答"})

    assert (await CONVERSATION.typed("库存充足, 支持", quoting)).command == AnswerQuestion(
        number="Q-000001", text="库存充足, 支持"
    )
    stranger = asked(work, zhou, said={"quoted": "F-000001 别的记录"})
    assert not isinstance((await CONVERSATION.typed("支持, 没问题的", stranger)).command, AnswerQuestion)


async def test_words_nothing_understands_may_be_the_answer(work: Work) -> None:
    zhou, zhang = await a_member(work, "周强"), await a_member(work, "张伟", Role.EXPERT)
    await CONVERSATION.run(AskExpert(content="支持信创吗", mention=("张伟",)), asked(work, zhou))

    assert isinstance((await CONVERSATION.typed("嗯嗯这个是可以的", asked(work, zhang))).command, PerhapsAnswer)


async def test_unclear_words_quoting_a_request_are_asked_back_and_clear_ones_decide(work: Work) -> None:
    gao = await a_member(work, "高翔", Role.MANAGER)
    zhou = await a_member(work, "周强", superior=gao)
    request = RequestApproval.model_validate({"approval_type": "generic", "content": "用章"})
    await CONVERSATION.run(request, asked(work, zhou))
    quoted = {"quoted": "周强: 用章\nA-000001 通用 等您审批"}

    unclear = (await CONVERSATION.typed("嗯这个我看看再说吧", asked(work, gao, said=quoted))).command
    assert unclear == Decide(target_id="A-000001")
    clear = (await CONVERSATION.typed("同意", asked(work, gao, said=quoted))).command
    assert isinstance(clear, Decide)
    assert clear.decision == "approve"
    other = (await CONVERSATION.typed("嗯这个我看看再说吧", asked(work, zhou, said=quoted))).command
    assert other is None
