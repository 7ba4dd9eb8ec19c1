"""The next step of a follow-up as a task."""

from domain.follow_ups import FollowUpCorrected, FollowUpLogged
from domain.tasks import TaskState
from handlers.tasks.next_steps import plan, replan
from handlers.tasks.words import Done
from tests.handlers.tasks.scene import Scene, notice
from tests.makers import NOW, chore, local


def logged(scene: Scene, next_at: str, content: str = "谈了二期") -> FollowUpLogged:
    return FollowUpLogged(
        follow_up=7, customer=scene.customer.id, customer_name="恒泰机电", member=scene.zhou.id,
        next_at=next_at, content=content, at=NOW,
    )  # fmt: skip


def corrected(scene: Scene, next_at: str, before: str, content: str = "谈了三期") -> FollowUpCorrected:
    return FollowUpCorrected(
        follow_up=7, customer=scene.customer.id, customer_name="恒泰机电", member=scene.zhou.id,
        next_at=next_at, next_before=before, content=content, at=NOW,
    )  # fmt: skip


async def test_a_named_next_time_becomes_a_task_that_comes_back(scene: Scene) -> None:
    reply = await plan(logged(scene, "2025-06-18"), chore(scene.work))

    task = await scene.work.tasks.by_id(1)
    assert reply.says == ("下一步记为待办 T-000001, 周三 6月18日 09:00 提醒您。",)
    assert (task.content, task.source, task.owner, task.customer) == (
        "跟进恒泰机电: 谈了二期", "F-000007", scene.zhou.id, scene.customer.id,
    )  # fmt: skip
    assert notice(await scene.at(local("2025-06-18T09:00"))).title == "跟进恒泰机电: 谈了二期"


async def test_without_a_time_to_come_there_is_no_task_and_no_refusal(scene: Scene) -> None:
    for next_at in ("", "2025-06-01", "改天"):
        assert (await plan(logged(scene, next_at), chore(scene.work))).says == ()


async def test_a_time_too_late_today_for_a_reminder_promises_none(scene: Scene) -> None:
    reply = await plan(logged(scene, "2025-06-11", "长" * 100), chore(scene.work, local("2025-06-11T17:30")))

    assert reply.says == ("下一步记为待办 T-000001。",)
    assert (await scene.work.tasks.by_id(1)).content.endswith("长…")


async def test_a_corrected_time_moves_the_task(scene: Scene) -> None:
    await plan(logged(scene, "2025-06-18"), chore(scene.work))

    reply = await replan(corrected(scene, "2025-06-20T15:00", "2025-06-18"), chore(scene.work))

    assert reply.says == ("下一步记为待办 T-000001, 周五 6月20日 15:00 提醒您。",)
    assert [update.subject for update in reply.updates] == ["task:1"]
    assert (await scene.at(local("2025-06-18T09:00"))).notices == ()
    assert notice(await scene.at(local("2025-06-20T15:00"))).title == "跟进恒泰机电: 谈了三期"


async def test_a_corrected_text_keeps_the_time(scene: Scene) -> None:
    await plan(logged(scene, "2025-06-18"), chore(scene.work))

    await replan(corrected(scene, "2025-06-18", "2025-06-18"), chore(scene.work))

    task = await scene.work.tasks.by_id(1)
    assert (task.content, task.remind_at) == ("跟进恒泰机电: 谈了三期", local("2025-06-18T09:00"))


async def test_a_time_named_only_in_the_correction_makes_the_task(scene: Scene) -> None:
    await replan(corrected(scene, "2025-06-18", ""), chore(scene.work))

    assert (await scene.work.tasks.by_id(1)).source == "F-000007"


async def test_without_a_time_any_more_the_task_is_dropped(scene: Scene) -> None:
    await plan(logged(scene, "2025-06-18"), chore(scene.work))

    reply = await replan(corrected(scene, "", "2025-06-18"), chore(scene.work))

    assert reply.says == ("T-000001 已取消。",)
    assert (await scene.work.tasks.by_id(1)).state is TaskState.DROPPED


async def test_a_task_that_is_done_is_not_opened_by_a_corrected_text(scene: Scene) -> None:
    await plan(logged(scene, "2025-06-18"), chore(scene.work))
    await scene.says(Done(number="T1"))

    assert (
        await replan(corrected(scene, "2025-06-18", "2025-06-18"), chore(scene.work))
        == type(await plan(logged(scene, ""), chore(scene.work)))()
    )
