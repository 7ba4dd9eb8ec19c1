"""Asking how much there is."""

from dataclasses import replace

import pytest

from domain.errors import NotFound
from domain.members import Role
from domain.stock import UnknownProduct, Warehouse
from handlers.dialogue.card import Card, Tone
from handlers.dialogue.question import Question
from handlers.stock import QueryStock, product_page, query, warehouse_page
from storage.work import Work
from tests.makers import a_member, a_product, asked


@pytest.fixture
async def shelves(work: Work) -> Work:
    """A gateway, two switches and a light module in two warehouses."""
    gateway = {"aliases": ("X-100", "网关"), "spec": "4网口", "unit": "台", "price": 198_000, "cost": 112_000}
    await a_product(work, "X100", "边缘网关", stock={"北京仓": 86, "上海仓": 142}, lower=60, upper=400, **gateway)
    await a_product(work, "SW24P", "24口交换机", unit="台", lower=60, stock={"上海仓": 30})
    await a_product(work, "SW48P", "48口交换机", unit="台", upper=5, stock={"北京仓": 9})
    await a_product(work, "FBR-10", "光模块", unit="个")
    return work


async def answer(work: Work, command: QueryStock, *roles: Role, group: str = "", text: str = "") -> Card:
    sender = await a_member(work, "周凯", *roles)
    card = (await query(command, asked(work, sender, group=group, text=text))).says[0]
    assert isinstance(card, Card)
    return card


def labelled(card: Card) -> dict[str, str]:
    return {line.label: line.text for line in card.lines}


async def test_a_product_is_shown_in_all_and_per_warehouse_with_limits_and_time(shelves: Work) -> None:
    card = await answer(shelves, QueryStock(sku="x100"))

    assert card.title == "X100 边缘网关 库存"
    assert card.subtitle == "4网口"
    assert labelled(card) == {
        "合计": "228 台",
        "上海仓": "142 台",
        "北京仓": "86 台",
        "限额": "下限 60, 上限 400",
        "单价": "1,980 元",
        "数据时间": "10:20",
    }
    assert (card.tone, card.text, card.page) == (Tone.INFO, "", "/h5/stock/X100")


@pytest.mark.parametrize("name", ["边缘网关", "X-100", "网关", "Ｘ１００"])
async def test_name_alias_and_full_width_code_mean_the_same_product(shelves: Work, name: str) -> None:
    assert (await answer(shelves, QueryStock(sku=name))).title == "X100 边缘网关 库存"


async def test_one_warehouse_is_shown_with_the_total_and_the_way_to_the_others(shelves: Work) -> None:
    card = await answer(shelves, QueryStock(sku="X100", warehouse="上海"))

    assert list(labelled(card).items())[:2] == [("上海仓", "142 台"), ("合计", "228 台")]
    assert [(button.text, button.says) for button in card.buttons] == [("全部仓库", "库存 X100")]


async def test_a_warehouse_that_never_had_it_says_so(shelves: Work) -> None:
    card = await answer(shelves, QueryStock(sku="SW24P", warehouse="北京仓"))

    assert labelled(card)["北京仓"] == "0 台 (没有入过库)"


async def test_below_the_lower_limit_is_a_warning(shelves: Work) -> None:
    card = await answer(shelves, QueryStock(sku="SW24P"))

    assert card.tone is Tone.WARNING
    assert card.text == "合计低于下限 60 台, 下单前请先和仓管确认。"


async def test_above_the_upper_limit_is_said(shelves: Work) -> None:
    assert (await answer(shelves, QueryStock(sku="SW48P"))).text == "合计高于上限 5 台。"


async def test_a_manager_sees_the_cost_and_a_keeper_no_price(shelves: Work) -> None:
    seen = labelled(await answer(shelves, QueryStock(sku="X100"), Role.MANAGER))
    hidden = labelled(await answer(shelves, QueryStock(sku="X100"), Role.KEEPER))

    assert (seen["单价"], seen["成本"]) == ("1,980 元", "1,120 元")
    assert not {"单价", "成本"} & set(hidden)


async def test_in_a_group_nobody_sees_a_price(shelves: Work) -> None:
    assert "单价" not in labelled(await answer(shelves, QueryStock(sku="X100"), Role.MANAGER, group="g1"))


async def test_a_vague_name_asks_which_of_the_likely_ones(shelves: Work) -> None:
    with pytest.raises(Question, match="「交换机」是哪个产品") as raised:
        await answer(shelves, QueryStock(sku="交换机"))

    assert [option.id for option in raised.value.options] == ["SW24P", "SW48P"]
    assert raised.value.field == "sku"


async def test_a_typing_error_that_is_like_one_product_only_means_it(shelves: Work) -> None:
    assert (await answer(shelves, QueryStock(sku="光膜块"))).title == "FBR-10 光模块 库存"


async def test_the_one_product_that_stands_out_is_taken(shelves: Work) -> None:
    assert (await answer(shelves, QueryStock(sku="sw24"))).title == "SW24P 24口交换机 库存"


async def test_an_alias_of_several_products_is_asked_back(work: Work) -> None:
    await a_product(work, "A1", "大终端", aliases=("终端",))
    await a_product(work, "A2", "小终端", aliases=("终端",))

    with pytest.raises(Question) as raised:
        await answer(work, QueryStock(sku="终端"))

    assert [option.text for option in raised.value.options] == ["A1 大终端", "A2 小终端"]


async def test_nothing_alike_names_an_example_that_works(shelves: Work) -> None:
    with pytest.raises(UnknownProduct, match=r"没有找到产品「挖掘机」.*库存 FBR-10"):
        await answer(shelves, QueryStock(sku="挖掘机"))


async def test_with_no_products_at_all_the_example_is_made_up(work: Work) -> None:
    with pytest.raises(UnknownProduct, match="库存 X100"):
        await answer(work, QueryStock(sku="挖掘机"))


async def test_a_question_without_a_product_is_asked_back(shelves: Work) -> None:
    with pytest.raises(Question, match="查哪个产品的库存"):
        await answer(shelves, QueryStock())
    with pytest.raises(Question, match="查哪个产品的库存") as raised:
        await answer(shelves, QueryStock(), text="有货吗")

    assert raised.value.options == ()


async def test_a_sentence_whose_product_was_not_recognised_offers_the_likely_ones(shelves: Work) -> None:
    for text in ("查下交换机库存", "交换机还有多少", "请问口交换机有货吗"):
        with pytest.raises(Question) as raised:
            await answer(shelves, QueryStock(), text=text)
        assert {option.id for option in raised.value.options} == {"SW24P", "SW48P"}
    assert (await answer(shelves, QueryStock(), text="模块还有多少")).title == "FBR-10 光模块 库存"


async def test_a_warehouse_alone_lists_what_lies_in_it(shelves: Work) -> None:
    card = await answer(shelves, QueryStock(warehouse="北京仓"))

    assert (card.title, card.subtitle) == ("北京仓 库存", "共 2 种产品")
    assert card.text == "SW48P 48口交换机: 9 台\nX100 边缘网关: 86 台"
    assert card.page == "/h5/warehouses/北京仓"


async def test_a_full_warehouse_shows_the_first_and_points_to_the_page(work: Work) -> None:
    for number in range(11):
        await a_product(work, f"K{number:02d}", "键盘", stock={"北京仓": 1})

    assert (await answer(work, QueryStock(warehouse="北京仓"))).text.endswith("……共 11 种, 点「查看详情」看全部")


async def test_an_empty_warehouse_says_so(work: Work) -> None:
    await work.warehouses.save(Warehouse(name="新仓"))

    card = await answer(work, QueryStock(warehouse="新仓"))

    assert (card.subtitle, card.text, card.lines) == ("目前没有库存", "", ())


async def test_an_unknown_warehouse_is_refused(shelves: Work) -> None:
    with pytest.raises(NotFound, match="没有找到仓库「火星仓」"):
        await answer(shelves, QueryStock(sku="X100", warehouse="火星仓"))


async def test_the_page_of_a_product_has_the_same_figures(shelves: Work) -> None:
    sender = await a_member(shelves, "周凯")

    page = await product_page(asked(shelves, sender), "x100")

    assert (page["total"], page["price"], page["cost"], page["mark"]) == (228, "1,980", None, "fine")
    assert [(row["warehouse"], row["quantity"]) for row in page["rows"]] == [("上海仓", 142), ("北京仓", 86)]
    with pytest.raises(NotFound):
        await product_page(asked(shelves, sender), "X999")


async def test_the_page_of_a_warehouse_lists_everything_in_it(shelves: Work) -> None:
    sender = await a_member(shelves, "周凯")

    page = await warehouse_page(asked(shelves, sender), "上海仓")

    assert [(row["code"], row["quantity"]) for row in page["rows"]] == [("SW24P", 30), ("X100", 142)]
    with pytest.raises(NotFound):
        await warehouse_page(asked(shelves, sender), "火星仓")


def test_the_typed_words_of_a_query_leave_out_what_is_not_said() -> None:
    assert QueryStock(sku="X100").typed() == "库存 X100"
    assert QueryStock(sku="X100", warehouse="上海仓").typed() == "库存 X100 上海仓"


@pytest.mark.parametrize(("fen", "digits"), [(1_560_000, "15,600"), (1_250, "12.50"), (5, "0.05"), (198_000, "1,980")])
async def test_a_price_is_shown_in_every_digit(shelves: Work, fen: int, digits: str) -> None:
    product = await shelves.products.by_code("X100")
    assert product is not None
    await shelves.products.save(replace(product, price=fen))

    assert labelled(await answer(shelves, QueryStock(sku="X100")))["单价"] == f"{digits} 元"
