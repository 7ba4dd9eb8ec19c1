"""Customers, and the names by which messages speak of them."""

from collections.abc import Callable, Iterable, Sequence

import sqlalchemy as sa

from domain.customers import Customer, UnknownCustomer
from domain.errors import NotFound
from storage.collection import Collection
from storage.schema import Id, Json, Utc, entity_table

customers = entity_table(
    "customers",
    sa.Column("name", sa.String(128), nullable=False),
    sa.Column("core", sa.String(128), nullable=False, index=True),
    sa.Column("short", sa.String(64), nullable=False),
    sa.Column("aliases", Json, nullable=False),
    sa.Column("industry", sa.String(64), nullable=False),
    sa.Column("region", sa.String(64), nullable=False),
    sa.Column("level", sa.String(1), nullable=False),
    sa.Column("owner", Id, index=True),
    sa.Column("shared_with", Json, nullable=False),
    sa.Column("contacts", Json, nullable=False),
    sa.Column("created_at", Utc, nullable=False, index=True),
    sa.Column("touched_at", Utc, nullable=False),
)


class Customers(Collection[Customer]):
    """Companies we sell to."""

    table = customers
    entity = Customer

    async def by_number(self, number: str) -> Customer:
        """The customer with this number as people type it.

        Raises:
            UnknownCustomer: there is none.
        """
        try:
            return await super().by_number(number)
        except NotFound:
            raise UnknownCustomer(name=number.upper()) from None

    async def by_core(self, core: str) -> Sequence[Customer]:
        """Customers whose name is the same but for legal form and region."""
        return await self._all(sa.select(customers).where(customers.c.core == core).order_by(customers.c.id))

    async def by_cores(self, cores: Iterable[str]) -> dict[str, list[Customer]]:
        """Customers by their core, in the order they were added; cores that nobody has are left out."""
        found: dict[str, list[Customer]] = {}
        query = sa.select(customers).where(customers.c.core.in_(sorted(set(cores)))).order_by(customers.c.id)
        for customer in await self._all(query):
            found.setdefault(customer.core, []).append(customer)
        return found

    async def recent_of(self, owner: int, *, limit: int) -> Sequence[Customer]:
        """The customers a member had to do with last."""
        query = sa.select(customers).where(customers.c.owner == owner)
        return await self._all(query.order_by(customers.c.touched_at.desc(), customers.c.id).limit(limit))


def names_of(customer: Customer, fold: Callable[[str], str], core: Callable[[str], str]) -> set[str]:
    """Every folded name of a customer: full, core, short, aliases and their cores."""
    said = {customer.name, customer.short, *customer.aliases}
    return {fold(name) for name in said if name} | {fold(core(name)) for name in said if len(core(name)) > 1}
