"""Members, customers, products and stock out of tables."""

from collections.abc import Sequence

import pytest

from domain.customers import Level
from domain.members import Member, Role
from handlers.imports import KINDS, Counts, Refused, Table, take
from handlers.language.names import folded_name
from storage.work import Work
from tests.makers import NOW, a_member, a_product


async def taken(work: Work, kind: str, header: str, *rows: str) -> str:
    """Take a table whose cells are separated by blanks; `-` is an empty cell."""
    return str(await take(kind, a_table(header, rows), work, NOW))


def a_table(header: str, rows: Sequence[str]) -> Table:
    cells = [["" if cell == "-" else cell for cell in row.split()] for row in rows]
    return Table(header.split(), list(enumerate(cells, 2)))


async def refused(work: Work, kind: str, header: str, *rows: str) -> list[str]:
    with pytest.raises(Refused) as raised:
        await taken(work, kind, header, *rows)
    return str(raised.value).split("\n")


async def by_code(work: Work, code: str) -> Member:
    member = await work.members.by_code(code)
    assert member is not None
    return member


MEMBERS = "工号 姓名 手机 部门 上级 角色 企业微信 钉钉 擅长"


async def test_members_come_with_superiors_in_any_order_and_accounts_on_both_platforms(work: Work) -> None:
    said = await taken(
        work, "members", MEMBERS,
        "Y003 周凯 +86-138-0013-8000 销售部 Y002 销售、专家 zhoukai ding03 变频器，选型",
        "Y002 高静 13800138001.0 销售部 - 主管 gaojing - -",
    )  # fmt: skip

    zhou, gao = await by_code(work, "Y003"), await by_code(work, "Y002")
    assert said == "新增 2, 更新 0, 未变 0 (共 2 条)"
    assert (zhou.superior, zhou.mobile, gao.mobile) == (gao.id, "13800138000", "13800138001")
    assert (zhou.roles, zhou.skills) == ((Role.SALES, Role.EXPERT), ("变频器", "选型"))
    for platform, account in (("wecom", "zhoukai"), ("dingtalk", "ding03")):
        holder = await work.members.by_account(platform, account)
        assert holder is not None
        assert holder.id == zhou.id
    assert [name.label for name in await work.names.known({folded_name("周凯")})] == ["周凯"]


async def test_a_second_time_changes_nothing(work: Work) -> None:
    rows = ("Y003 周凯 13800138000 销售部 Y002 销售 zhoukai ding03 变频器", "Y002 高静 - 销售部 - 主管 - - -")
    await taken(work, "members", MEMBERS, *rows)

    assert await taken(work, "members", MEMBERS, *rows) == "新增 0, 更新 0, 未变 2 (共 2 条)"


async def test_columns_that_are_not_there_keep_what_is_known(work: Work) -> None:
    await taken(work, "members", MEMBERS, "Y003 周凯 13800138000 销售部 - 销售 zhoukai - 变频器")

    assert await taken(work, "members", "工号* 姓名*", "Y003 周大凯") == "新增 0, 更新 1, 未变 0 (共 1 条)"
    member = await by_code(work, "Y003")
    assert (member.name, member.mobile, member.roles) == ("周大凯", "13800138000", (Role.SALES,))


async def test_a_superior_may_be_known_from_before_and_may_go(work: Work) -> None:
    gao = await a_member(work, "高静", code="Y002")

    await taken(work, "members", "工号 姓名 上级", "Y003 周凯 Y002")
    assert (await by_code(work, "Y003")).superior == gao.id
    await taken(work, "members", "工号 姓名 上级", "Y003 周凯 -")
    assert (await by_code(work, "Y003")).superior is None


async def test_who_came_from_an_address_book_is_the_same_person(work: Work) -> None:
    by_mobile = await a_member(work, "周凯", code="wecom:zk", mobile="13800138000")
    by_account = await a_member(work, "李娜", code="dingtalk:ln")
    await work.members.link("dingtalk", "ln", by_account.id)

    await taken(work, "members", MEMBERS, "Y003 周凯 13800138000 - - 销售 - - -", "Y004 李娜 - - - 销售 - ln -")

    assert (await by_code(work, "Y003")).id == by_mobile.id
    assert (await by_code(work, "Y004")).id == by_account.id


async def test_an_account_found_on_a_double_moves_and_the_double_rests(work: Work) -> None:
    await a_member(work, "周凯", code="Y003")
    double = await a_member(work, "周凯", code="wecom:zk")
    await work.members.link("wecom", "zk", double.id)

    said = await taken(work, "members", "工号 姓名 企业微信", "Y003 周凯 zk")

    assert said == "新增 0, 更新 1, 未变 0 (共 1 条)"
    assert not (await work.members.by_id(double.id)).active


async def test_an_account_of_a_colleague_moves_and_the_colleague_stays(work: Work) -> None:
    other = await a_member(work, "李娜", code="Y004", mobile="13800138009")
    await work.members.link("wecom", "zk", other.id)

    await taken(work, "members", "工号 姓名 手机 企业微信", "Y003 周凯 13800138009 zk")

    assert (await by_code(work, "Y003")).id != other.id
    assert (await work.members.by_id(other.id)).active


async def test_everything_wrong_with_members_is_told_at_once(work: Work) -> None:
    assert await refused(
        work, "members", MEMBERS,
        "Y001 - 123 - - 销售 - - -",
        "Y002 甲 13800138000 - - 老板 a b -",
        "Y002 乙 - - - - a b -",
    ) == [
        "第2行「姓名」: 不能为空, 应是64个字以内的姓名",
        "第2行「手机」: 应是手机号, 例如 13800138000, 现在是「123」",
        "第3行「角色」: 应是销售、主管、专家、仓管、财务、管理员 中的一个或几个, 用、隔开, 现在是「老板」",
    ]  # fmt: skip


async def test_repeated_keys_are_told_with_the_first_row(work: Work) -> None:
    assert await refused(
        work, "members", MEMBERS,
        "Y001 甲 13800138000 - - - a b -",
        "Y001 乙 13800138000 - - - a b -",
    ) == [f"第3行「{column}」: 与第2行重复" for column in ("工号", "手机", "企业微信", "钉钉")]  # fmt: skip


async def test_unknown_superiors_and_circles_are_refused(work: Work) -> None:
    assert await refused(
        work,
        "members",
        "工号 姓名 上级",
        "Y001 甲 Y002",
        "Y002 乙 Y001",
        "Y003 丙 Y009",
        "Y004 丁 Y001",
        "Y005 戊 Y005",
    ) == [
        "第2行「上级」: 上级关系绕成了一圈, 请检查",
        "第3行「上级」: 上级关系绕成了一圈, 请检查",
        "第4行「上级」: 工号「Y009」不在文件里, 系统里也没有",
        "第6行「上级」: 上级关系绕成了一圈, 请检查",
    ]
    assert list(await work.members.everybody()) == []


async def test_unknown_missing_and_repeated_columns_are_named(work: Work) -> None:
    assert await refused(work, "members", "工号 邮箱 手机 手机", "Y001 a b c") == [
        "不认识的列: 邮箱。可用的列: 工号、姓名、手机、部门、上级、角色、企业微信、钉钉、擅长。",
        "重复的列: 手机。每列只能出现一次。",
        "缺少必需的列: 姓名。",
    ]


async def test_a_file_without_rows_is_refused(work: Work) -> None:
    assert "没有数据行" in (await refused(work, "members", "工号 姓名"))[0]


async def test_cells_beside_the_columns_are_refused_and_short_rows_are_not(work: Work) -> None:
    with pytest.raises(Refused, match="第2行「第3列」: 这一列没有列名"):
        await take("members", Table(["工号", "姓名", ""], [(2, ["Y1", "甲", "x"])]), work, NOW)

    assert str(await take("members", Table(["工号", "姓名", "", "手机"], [(2, ["Y1", "甲", ""])]), work, NOW))


async def test_fifty_troubles_are_told_and_the_rest_counted(work: Work) -> None:
    lines = await refused(work, "members", "工号 姓名", *(f"Y{n} -" for n in range(60)))

    assert (len(lines), lines[-1]) == (51, "……另有 10 处")


CUSTOMERS = "名称 简称 别名 行业 地区 级别 负责人 联系人 职务 电话"


async def test_customers_come_with_owner_contact_and_all_their_names(work: Work) -> None:
    zhou = await a_member(work, "周凯", code="Y003")

    said = await taken(
        work, "customers", CUSTOMERS,
        "苏州恒泰机电设备有限公司 恒泰机电 恒泰、苏州恒泰 机械 江苏苏州 a Y003 李慧 总经理 0512-66668888",
        "苏州恒泰机电设备有限公司 - - - - - - 吴工 科长 13700002104.0",
        "星河证券股份有限公司 - - - - - - - - -",
    )  # fmt: skip

    assert said == "新增 2, 更新 0, 未变 0 (共 2 条)"
    customer = await work.customers.by_id(1)
    assert (customer.owner, customer.level, customer.region) == (zhou.id, Level.A, "江苏苏州")
    assert [(c.name, c.title, c.phone) for c in customer.contacts] == [
        ("李慧", "总经理", "051266668888"), ("吴工", "科长", "13700002104"),
    ]  # fmt: skip
    assert {n.ref for n in await work.names.known({"恒泰", "恒泰机电设备"})} == {customer.id}
    assert ((await work.customers.by_id(2)).owner, (await work.customers.by_id(2)).level) == (None, Level.C)


async def test_a_customer_is_known_again_by_its_core_and_keeps_what_is_not_in_the_file(work: Work) -> None:
    await taken(work, "customers", CUSTOMERS, "苏州恒泰机电有限公司 恒泰 - 机械 - A - 李慧 - -")

    assert await taken(work, "customers", "名称", "恒泰机电") == "新增 0, 更新 1, 未变 0 (共 1 条)"
    assert await taken(work, "customers", "名称", "恒泰机电") == "新增 0, 更新 0, 未变 1 (共 1 条)"
    customer = await work.customers.by_id(1)
    assert (customer.name, customer.short, customer.industry) == ("恒泰机电", "恒泰", "机械")


async def test_of_several_alike_the_one_of_exactly_this_name_is_meant(work: Work) -> None:
    from handlers.dialogue import finding
    from tests.makers import asked

    zhou = await a_member(work, "周凯")
    for name in ("苏州恒泰机电有限公司", "无锡恒泰机电有限公司"):
        await finding.added(asked(work, zhou), name)

    assert (
        await taken(work, "customers", "名称 行业", "无锡恒泰机电有限公司 机械") == "新增 0, 更新 1, 未变 0 (共 1 条)"
    )
    assert await refused(work, "customers", "名称", "恒泰机电") == [
        "第2行「名称」: 系统里有几个客户都像这一家: 苏州恒泰机电有限公司、无锡恒泰机电有限公司"
    ]


async def test_everything_wrong_with_customers_is_told_at_once(work: Work) -> None:
    assert await refused(
        work, "customers", "名称 级别 负责人",
        "恒泰机电 E -", "星河证券 A Y009", "金桥药业 A -", "上海金桥药业有限公司 A -", "金桥药业 A -",
    ) == [
        "第2行「级别」: 应是A、B、C 或 D, 现在是「E」",
        "第3行「负责人」: 没有工号「Y009」, 请先导入成员",
        "第5行「名称」: 与第4行「金桥药业」是同一家; 同一客户的多个联系人请写相同的名称",
        "第6行「名称」: 与第4行「金桥药业」是同一家; 同一客户的多个联系人请写相同的名称",
    ]  # fmt: skip


PRODUCTS = "编码 名称 别名 规格 单位 单价 成本 下限 上限"


async def test_products_come_with_money_in_fen_and_all_their_names(work: Work) -> None:
    said = await taken(
        work,
        "products",
        PRODUCTS,
        "X100 边缘网关 X-100、网关 4网口 台 1,980.50 1120 60.0 400",
        "1001.0 线 - - - - - - -",
    )

    assert said == "新增 2, 更新 0, 未变 0 (共 2 条)"
    product = await work.products.by_code("x100")
    assert product is not None
    assert (product.price, product.cost, product.lower, product.upper) == (198_050, 112_000, 60, 400)
    assert [p.code for p in await work.products.called("网关")] == ["X100"]
    plain = await work.products.by_code("1001")
    assert plain is not None
    assert (plain.price, plain.lower) == (None, None)


async def test_products_are_known_again_by_code_whatever_its_case(work: Work) -> None:
    await taken(work, "products", PRODUCTS, "X100 边缘网关 - - 台 1980 - - -")

    assert await taken(work, "products", "编码 名称", "x100 边缘网关") == "新增 0, 更新 0, 未变 1 (共 1 条)"
    assert await taken(work, "products", "编码 名称 单价", "X100 边缘网关 2000") == "新增 0, 更新 1, 未变 0 (共 1 条)"


async def test_everything_wrong_with_products_is_told_at_once(work: Work) -> None:
    assert await refused(
        work, "products", PRODUCTS,
        "X100 网关 - - - -1 0.001 2.5 -3",
        "X200 路由器 - - - abc - 一百 1e99",
        "X300 路由器 - - - - - 9 3",
        "x300 路由器 - - - - - - -",
        f"{'长' * 65} 路由器 - - {'单' * 17} - - - nan",
    ) == [
        "第2行「单价」: 应是金额(元), 例如 1980 或 12.50, 现在是「-1」",
        "第2行「成本」: 应是金额(元), 例如 1120 或 12.50, 现在是「0.001」",
        "第2行「下限」: 应是不小于0的整数, 现在是「2.5」",
        "第2行「上限」: 应是不小于0的整数, 现在是「-3」",
        "第3行「单价」: 应是金额(元), 例如 1980 或 12.50, 现在是「abc」",
        "第3行「下限」: 应是不小于0的整数, 现在是「一百」",
        "第3行「上限」: 应是不小于0的整数, 现在是「1e99」",
        "第4行「下限」: 下限 9 大于上限 3",
        "第5行「编码」: 与第4行重复",
        f"第6行「编码」: 应是64个字以内、没有空格的产品编码, 现在是「{'长' * 30}」",
        f"第6行「单位」: 应是16个字以内的单位, 例如 台, 现在是「{'单' * 17}」",
        "第6行「上限」: 应是不小于0的整数, 现在是「nan」",
    ]  # fmt: skip


async def test_an_alias_that_is_too_long_is_refused(work: Work) -> None:
    assert "别名" in (await refused(work, "products", "编码 名称 别名", f"X1 甲 {'长' * 65}"))[0]


async def test_stock_makes_its_warehouses_and_their_names(work: Work) -> None:
    await a_product(work, "X100", "边缘网关")
    rows = ("X100 北京仓 86", "x100 上海仓 142.0")

    assert await taken(work, "stock", "编码 仓库 数量", *rows) == "新增 2, 更新 0, 未变 0 (共 2 条)"
    assert await taken(work, "stock", "编码 仓库 数量", "X100 北京仓 90", rows[1]) == "新增 0, 更新 1, 未变 1 (共 2 条)"
    product = await work.products.by_id(1)
    assert [(h.warehouse, h.quantity, h.at) for h in await work.stock.of_product(product)] == [
        ("上海仓", 142, NOW), ("北京仓", 90, NOW),
    ]  # fmt: skip
    assert {n.label for n in await work.names.known({"北京", "上海库"})} == {"北京仓", "上海仓"}


async def test_everything_wrong_with_stock_is_told_at_once(work: Work) -> None:
    await a_product(work, "X100", "边缘网关")

    assert await refused(
        work, "stock", "编码 仓库 数量", "X100 北京仓 1", "x100 北京仓 2", "X999 北京仓 1", "X100 上海仓 x"
    ) == [
        "第3行「仓库」: 与第2行重复",
        "第4行「编码」: 没有编码「X999」的产品, 请先导入产品",
        "第5行「数量」: 应是不小于0的整数, 现在是「x」",
    ]
    assert list(await work.warehouses.every()) == []


def test_every_kind_has_the_columns_of_the_design() -> None:
    assert {kind: "、".join(c.name + "*" * c.required for c in columns) for kind, columns in KINDS.items()} == {
        "members": "工号*、姓名*、手机、部门、上级、角色、企业微信、钉钉、擅长",
        "customers": "名称*、简称、别名、行业、地区、级别、负责人、联系人、职务、电话",
        "products": "编码*、名称*、别名、规格、单位、单价、成本、下限、上限",
        "stock": "编码*、仓库*、数量*",
    }
    assert str(Counts(added=1)) == "新增 1, 更新 0, 未变 0 (共 1 条)"
