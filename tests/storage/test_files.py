"""Files that came and files that were made."""

from storage.work import Database
from tests.makers import NOW


async def test_a_file_is_expected_once_and_filled_when_it_comes(database: Database) -> None:
    async with database.begin(NOW) as work:
        files = work.files
        place, new = await files.expect("m:1#0", 3, "image", "照片" * 200, NOW)
        assert new
        assert await files.expect("m:1#0", 3, "image", "照片", NOW) == (place, False)
        other, _ = await files.expect("m:1#1", 3, "voice", "", NOW)
        assert other != place
        waiting = await files.find(place)
        assert waiting is not None
        assert (waiting.content, waiting.owner, len(waiting.name)) == (None, 3, 255)
        await files.fill(place, b"\x89PNG\0")
        filled = await files.find(place)
        assert filled is not None
        assert filled.content == b"\x89PNG\0"
        assert await files.find(999) is None


async def test_a_file_we_made_has_its_content_at_once(database: Database) -> None:
    async with database.begin(NOW) as work:
        first = await work.files.add(None, "file", "日报.xlsx", NOW, b"PK")
        second = await work.files.add(None, "file", "日报.xlsx", NOW, b"PK")
        assert first != second
        file = await work.files.find(first)
    assert file is not None
    assert (file.kind, file.name, file.content) == ("file", "日报.xlsx", b"PK")
