"""The scene of every test about tasks and reminders."""

import pytest

from storage.work import Work
from tests.handlers.tasks.scene import Scene, a_scene


@pytest.fixture
async def scene(work: Work) -> Scene:
    return await a_scene(work)
