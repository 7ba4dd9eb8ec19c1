"""The whole demo company on a given day, and the same as rows of the import files."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from random import Random
from typing import Any, TypeVar

from bot.playground.company.affairs import Affairs
from bot.playground.company.catalogue import (
    SEPARATOR,
    WAREHOUSES,
    Customer,
    Product,
    StockLevel,
    customers,
    products,
    stock,
)
from bot.playground.company.history import History
from bot.playground.company.members import CAST, DEPARTMENTS, GROUPS, MEMBERS, ChatGroup, Member
from bot.playground.company.visits import visits

NAME = "远山科技"

Row = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """远山科技 as it stands on the morning of `day`."""

    day: date
    name: str
    departments: tuple[str, ...]
    members: tuple[Member, ...]
    groups: tuple[ChatGroup, ...]
    cast: tuple[str, ...]
    warehouses: tuple[str, ...]
    customers: tuple[Customer, ...]
    products: tuple[Product, ...]
    stock: tuple[StockLevel, ...]
    history: History

    def member(self, number: str) -> Member:
        """The person with this 工号.

        Raises:
            KeyError: there is none.
        """
        for member in self.members:
            if member.number == number:
                return member
        raise KeyError(number)

    def customer(self, short: str) -> Customer:
        """The customer with this short name.

        Raises:
            KeyError: there is none.
        """
        for customer in self.customers:
            if customer.short == short:
                return customer
        raise KeyError(short)

    def as_of(self, now: datetime) -> "Company":
        """The same company without what happens after `now`."""
        history = self.history
        return replace(
            self,
            history=replace(
                history,
                follow_ups=_until(now, history.follow_ups),
                tasks=_until(now, history.tasks),
                approvals=_until(now, history.approvals),
                questions=_until(now, history.questions),
                first_seen={short: min(at, now) for short, at in history.first_seen.items()},
            ),
        )


Dated = TypeVar("Dated", bound=Any)


def _until(now: datetime, listed: Sequence[Dated]) -> tuple[Dated, ...]:
    return tuple(each for each in listed if each.at <= now)


def company_on(day: date) -> Company:
    """The demo company on `day` (office date): the same for the same day, another history for another day."""
    chance = Random(f"{NAME} {day.isoformat()}")
    told = visits(day, chance)
    affairs = Affairs(day, chance)
    return Company(
        day=day,
        name=NAME,
        departments=DEPARTMENTS,
        members=MEMBERS,
        groups=GROUPS,
        cast=CAST,
        warehouses=WAREHOUSES,
        customers=customers(),
        products=products(),
        stock=stock(),
        history=History(
            follow_ups=told.follow_ups,
            tasks=affairs.tasks(),
            approvals=affairs.approvals(),
            questions=affairs.questions(),
            first_seen=told.first_seen,
        ),
    )


def files() -> dict[str, list[Row]]:
    """Import rows by kind: members, customers, products, stock, with exactly the columns of design.md 4."""
    return {
        "members": [_member_row(member) for member in MEMBERS],
        "customers": [_customer_row(customer) for customer in customers()],
        "products": [_product_row(product) for product in products()],
        "stock": [{"编码": s.code, "仓库": s.warehouse, "数量": str(s.quantity)} for s in stock()],
    }


def _member_row(member: Member) -> Row:
    return {
        "工号": member.number,
        "姓名": member.name,
        "手机": member.mobile,
        "部门": member.department,
        "上级": member.superior,
        "角色": SEPARATOR.join(member.roles),
        "企业微信": member.wecom,
        "钉钉": member.dingtalk,
        "擅长": SEPARATOR.join(member.skills),
    }


def _customer_row(customer: Customer) -> Row:
    contact = customer.contacts[0]
    return {
        "名称": customer.name,
        "简称": customer.short,
        "别名": SEPARATOR.join(customer.aliases),
        "行业": customer.industry,
        "地区": customer.region,
        "级别": customer.level,
        "负责人": customer.owner,
        "联系人": contact.name,
        "职务": contact.title,
        "电话": contact.phone,
    }


def _product_row(product: Product) -> Row:
    return {
        "编码": product.code,
        "名称": product.name,
        "别名": SEPARATOR.join(product.aliases),
        "规格": product.spec,
        "单位": product.unit,
        "单价": str(product.price // 100),
        "成本": str(product.cost // 100),
        "下限": str(product.low),
        "上限": str(product.high),
    }
