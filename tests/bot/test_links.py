"""Links to pages: for one person, one page, a week."""

from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest

from bot.links import LASTS, Links
from tests.makers import NOW

LINKS = Links("https://crm.example.com/", b"k" * 32)


def parts(address: str) -> tuple[str, dict[str, str]]:
    split = urlsplit(address)
    return split.path, dict(parse_qsl(split.query))


def test_a_link_opens_its_page_for_its_person_until_it_runs_out() -> None:
    address = LINKS.address("/h5/customers/C-000001?part=2", 7, NOW)
    assert address.startswith("https://crm.example.com/h5/customers/C-000001?part=2&")
    path, query = parts(address)
    assert query["part"] == "2"
    assert LINKS.reader(path, query, NOW) == 7
    assert LINKS.reader(path, query, NOW + LASTS) == 7
    assert LINKS.reader(path, query, NOW + LASTS + timedelta(seconds=1)) is None


@pytest.mark.parametrize(
    "change",
    [
        {"who": "8"},
        {"until": "99999999999"},
        {"sign": ""},
        {"sign": "é" * 32},
        {"sign": "0" * 32},
        {"who": "x"},
        {"who": "9" * 5000},
        {"until": ""},
    ],
)
def test_a_changed_link_opens_nothing(change: dict[str, str]) -> None:
    path, query = parts(LINKS.address("/h5/customers/C-000001", 7, NOW))
    assert LINKS.reader(path, query | change, NOW) is None
    assert LINKS.reader(path, {k: v for k, v in query.items() if k not in change}, NOW) is None


def test_a_link_opens_no_other_page_and_no_other_service_takes_it() -> None:
    path, query = parts(LINKS.address("/h5/customers/C-000001", 7, NOW))
    assert LINKS.reader("/h5/customers/C-000002", query, NOW) is None
    assert Links("https://crm.example.com", b"x" * 32).reader(path, query, NOW) is None
