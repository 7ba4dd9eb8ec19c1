"""The demo company: complete, consistent, the same for the same day and alive on every weekday."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.playground.company import Company, company_on, directory, files
from bot.playground.workdays import ZONE, is_workday, moment, office_day, workday

WEEK = [date(2026, 11, 23) + timedelta(days=n) for n in range(7)]
MONDAY = WEEK[0]

COLUMNS = {
    "members": "工号 姓名 手机 部门 上级 角色 企业微信 钉钉 擅长",
    "customers": "名称 简称 别名 行业 地区 级别 负责人 联系人 职务 电话",
    "products": "编码 名称 别名 规格 单位 单价 成本 下限 上限",
    "stock": "编码 仓库 数量",
}


@pytest.fixture(params=WEEK, ids=str)
def company(request: pytest.FixtureRequest) -> Company:
    return company_on(request.param)


def test_it_is_as_large_as_promised(company: Company) -> None:
    assert len(company.members) == 14
    assert len(company.departments) == 3
    assert len(company.customers) == 60
    assert len(company.products) == 40
    assert len(company.warehouses) == 3
    assert 170 <= len(company.history.follow_ups) <= 240
    assert len(company.history.tasks) >= 15
    assert len(company.history.approvals) == 8
    assert len(company.history.questions) == 8


def test_the_same_day_has_the_same_history_and_another_day_another() -> None:
    assert company_on(MONDAY) == company_on(MONDAY)
    told = {company_on(day).history.follow_ups[-1].content + str(day.weekday()) for day in WEEK}
    assert len(told) == 7


def test_the_last_days_are_busy_for_several_people(company: Company) -> None:
    for offset in range(1, 5):
        on = workday(company.day, -offset)
        written = [each for each in company.history.follow_ups if office_day(each.at) == on]
        assert len(written) >= 5
        assert len({each.by for each in written}) >= 3


def test_today_has_begun(company: Company) -> None:
    today = [each for each in company.history.follow_ups if office_day(each.at) == company.day]
    assert len(today) >= (5 if is_workday(company.day) else 2)
    assert all(each.at < moment(company.day, 9, 30) for each in today)


def test_everything_named_exists(company: Company) -> None:
    people = {member.number for member in company.members}
    shorts = {customer.short for customer in company.customers}
    codes = {product.code for product in company.products}
    contacts = {(c.short, contact.name) for c in company.customers for contact in c.contacts}
    history = company.history

    assert {customer.owner for customer in company.customers} <= people | {""}
    assert {member.superior for member in company.members} <= people | {""}
    assert set(company.cast) <= people
    assert {stock.code for stock in company.stock} <= codes
    assert {(each.customer, each.contact) for each in history.follow_ups} <= contacts
    assert {task.customer for task in history.tasks} <= shorts | {""}
    assert {task.by for task in history.tasks} | {task.assignee for task in history.tasks} <= people
    assert {each.customer for each in history.approvals} <= shorts | {""}
    assert {d.by for each in history.approvals for d in each.decisions} <= people
    assert {each.fields.get("sku", "X100") for each in history.approvals} <= codes
    assert {each.expert for each in history.questions} <= people
    assert {each.sku for each in history.questions} <= codes
    assert set(history.first_seen) == shorts


def test_texts_are_whole(company: Company) -> None:
    for each in company.history.follow_ups:
        assert "{" not in each.content + each.next_step
        assert (each.amount is not None) == (each.amount is not None and "万" in each.content)
        if each.next_on:
            assert each.next_on > office_day(each.at)


def test_nothing_happens_before_its_customer_is_known(company: Company) -> None:
    seen = company.history.first_seen
    assert all(seen[each.customer] < each.at for each in company.history.follow_ups)


def test_names_are_unique_and_two_are_ambiguous_on_purpose() -> None:
    company = company_on(MONDAY)
    assert len({customer.name for customer in company.customers}) == 60
    assert len({customer.short for customer in company.customers}) == 60
    aliases = Counter(alias for customer in company.customers for alias in customer.aliases)
    assert {alias for alias, times in aliases.items() if times > 1} == {"恒泰", "蓝海"}
    assert company.customer("华为").name == "深圳市华为技术有限公司"
    phones = [member.mobile for member in company.members]
    phones += [contact.phone for customer in company.customers for contact in customer.contacts]
    assert len(set(phones)) == len(phones)
    assert all(len(phone) == 11 and phone.startswith(("1380000", "1370000")) for phone in phones)


def test_states_are_of_every_kind(company: Company) -> None:
    now = moment(company.day, 10, 0)
    history = company.history
    assert any(task.due and task.due < now and not task.done_at for task in history.tasks)
    assert any(task.due and office_day(task.due) == company.day and not task.done_at for task in history.tasks)
    assert {task.repeat for task in history.tasks} >= {"WORKDAY", "WEEKLY:MO", "MONTHLY:25"}
    assert any(task.done_at for task in history.tasks)
    states = {
        "waiting": any(a.waits_for and not a.decisions for a in history.approvals),
        "second step": any(a.waits_for and a.decisions for a in history.approvals),
        "granted": any(a.decisions and a.decisions[-1].approved and not a.waits_for for a in history.approvals),
        "refused": any(a.decisions and not a.decisions[-1].approved for a in history.approvals),
        "withdrawn": any(a.withdrawn_at for a in history.approvals),
    }
    assert all(states.values()), states
    assert {bool(question.answer) for question in history.questions} == {True, False}


def test_stock_has_shortages_and_plenty() -> None:
    company = company_on(MONDAY)
    totals = Counter({product.code: 0 for product in company.products})
    for level in company.stock:
        totals[level.code] += level.quantity
    assert any(totals[product.code] > product.high > 0 for product in company.products)
    assert any(0 < totals[product.code] < product.low for product in company.products)


def test_early_in_the_day_the_rest_has_not_happened() -> None:
    company = company_on(MONDAY).as_of(moment(MONDAY, 8, 0))
    assert all(each.at <= moment(MONDAY, 8, 0) for each in company.history.follow_ups)
    assert max(company.history.first_seen.values()) <= moment(MONDAY, 8, 0)


def test_import_rows_have_exactly_the_documented_columns() -> None:
    rows = files()
    assert {kind: " ".join(listed[0]) for kind, listed in rows.items()} == COLUMNS
    assert {kind: len(listed) for kind, listed in rows.items() if kind != "stock"} == {
        "members": 14,
        "customers": 60,
        "products": 40,
    }
    assert all(value == value.strip() for listed in rows.values() for row in listed for value in row.values())


def test_each_platform_knows_its_own_people() -> None:
    company = company_on(MONDAY)
    wecom, dingtalk = directory(company, "wecom"), directory(company, "dingtalk")

    both = {person.mobile for person in wecom.people} & {person.mobile for person in dingtalk.people}
    assert [company.member("Y001").mobile] == list(both)
    assert len(wecom.people) + len(dingtalk.people) == 15
    for each in (wecom, dingtalk):
        accounts = {person.account for person in each.people}
        assert {person.superior for person in each.people} <= accounts | {None}
        assert all(set(group.members) <= accounts for group in each.groups)
        assert len(each.groups) == 1
    assert next(p for p in wecom.people if p.account == "zhouqiang").superior == "gaoxiang"
    assert next(p for p in dingtalk.people if p.account == "lina0718").superior is None


def test_titles_become_the_words_reps_use() -> None:
    company = company_on(MONDAY)
    called = {c.short: c.contacts[0].called for c in company.customers}
    assert called["恒泰机电"] == "李总"
    assert called["金桥药业"] == "郑主任"
    assert called["南方电缆"] == "欧阳总"
    assert called["TechPro"] == "Kevin"


def test_working_days_skip_weekends_and_holidays() -> None:
    friday = date(2026, 11, 20)
    assert workday(friday, 1) == MONDAY
    assert workday(MONDAY, -1) == friday
    assert not is_workday(date(2026, 10, 1))
    assert is_workday(date(2040, 1, 3))
    assert datetime(2026, 11, 20, 18, tzinfo=ZONE).astimezone(UTC) == moment(friday, 18)
