"""The scene of every test about summaries."""

import pytest

from storage.work import Work
from tests.handlers.digests.scene import Scene, a_scene


@pytest.fixture
async def scene(work: Work) -> Scene:
    return await a_scene(work)
