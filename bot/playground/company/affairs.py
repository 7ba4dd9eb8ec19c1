"""Tasks, approvals and questions of the last days, told relative to the day the demo starts."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import TypeVar

from bot.playground.company.history import Approval, Decision, Question, Task
from bot.playground.workdays import moment, workday

ZHOU, LI, WANG, SUN, CHEN = "Y003", "Y004", "Y005", "Y006", "Y007"
SHEN, GAO, LIU, ZHANG, MA, MIN, JING, KAI, HE = "Y001", "Y002", "Y008", "Y009", "Y010", "Y011", "Y012", "Y013", "Y014"

Relative = tuple[int, int, int]
"""Working days from the day, hour, minute."""


class Affairs:
    """What is open and what was settled around `day`."""

    def __init__(self, day: date, chance: Random) -> None:
        self._day = day
        self._chance = chance

    def _at(self, relative: Relative) -> datetime:
        days, hour, minute = relative
        return moment(workday(self._day, days), hour, minute)

    def _on(self, days: int) -> str:
        return workday(self._day, days).isoformat()

    def tasks(self) -> tuple[Task, ...]:
        """Overdue, of today, to come, recurring and done."""
        open_ones = [
            self._task(ZHOU, ZHOU, "把样机测试报告发给恒泰机电李总", "恒泰机电", given=(-4, 10, 5), due=(-1, 17, 0)),
            self._task(LI, LI, "金桥药业的合格证补寄", "金桥药业", given=(-6, 14, 20), due=(-2, 12, 0)),
            self._task(GAO, WANG, "东方重工二期点位表核一遍", "东方重工", given=(-3, 9, 10), due=(-1, 18, 0)),
            self._task(ZHOU, ZHOU, "给华为王总回电话，确认到货时间", "华为", given=(-1, 16, 40), due=(0, 15, 0)),
            self._task(LI, LI, "报价发给九州医疗丁主管", "九州医疗", given=(-1, 11, 5), due=(0, 16, 30)),
            self._task(
                GAO, SUN, "海川塑机的投标保证金退回来没有，问一下", "海川塑机", given=(-2, 9, 30), due=(0, 17, 0)
            ),
            self._task(WANG, MA, "鑫源钢铁现场光模块更换", "鑫源钢铁", given=(-2, 15, 0), due=(1, 9, 30)),
            self._task(ZHOU, ZHANG, "长风汽车的协议对接说明写好", "长风汽车", given=(-1, 14, 15), due=(1, 12, 0)),
            self._task(GAO, KAI, "盘点深圳仓的工业平板", "", given=(-1, 9, 5), due=(2, 17, 30)),
            self._task(SUN, SUN, "寄沪东船舶的合同原件", "沪东船舶", given=(-1, 17, 20), due=(3, 10, 0)),
            self._task(GAO, GAO, "每周销售例会准备", "", given=(-30, 9, 0), repeat="WEEKLY:MO", clock="08:50"),
            self._task(JING, JING, "和各位销售对账", "", given=(-40, 9, 0), repeat="MONTHLY:25", clock="10:00"),
            self._task(KAI, KAI, "看一遍低库存", "", given=(-35, 9, 0), repeat="WORKDAY", clock="09:00"),
        ]
        done = [
            self._task(
                ZHOU, ZHOU, "给顺达冷链万经理发报价", "顺达冷链", given=(-3, 10, 0), due=(-1, 18, 0), done=(-1, 16, 5)
            ),
            self._task(LI, LI, "南方电缆发货单回传", "南方电缆", given=(-2, 9, 0), due=(-1, 12, 0), done=(-1, 11, 20)),
            self._task(WANG, MIN, "凌云航空备件寄出", "凌云航空", given=(-3, 15, 30), due=(0, 12, 0), done=(0, 8, 55)),
        ]
        return _in_order([*open_ones, *done])

    def _task(
        self,
        by: str,
        assignee: str,
        content: str,
        customer: str,
        *,
        given: Relative,
        due: Relative | None = None,
        done: Relative | None = None,
        repeat: str = "",
        clock: str = "",
    ) -> Task:
        return Task(
            at=self._at(given),
            by=by,
            assignee=assignee,
            content=content,
            customer=customer,
            due=self._at(due) if due else None,
            done_at=self._at(done) if done else None,
            repeat=repeat,
            clock=clock,
        )

    def approvals(self) -> tuple[Approval, ...]:
        """Waiting for one or two people, granted, refused, withdrawn."""
        hotel = str(self._chance.choice((386, 428, 459, 512)))
        return _in_order(
            [
                Approval(
                    at=self._at((-1, 16, 50)),
                    applicant=LI,
                    type="discount",
                    fields={"sku": "X100", "quantity": "40", "discount": "0.88", "amount": "69696"},
                    customer="金桥药业",
                    reason="对方拿了友商的报价，量大，签三年维保",
                    waits_for=(GAO,),
                ),
                Approval(
                    at=self._at((0, 8, 42)),
                    applicant=ZHOU,
                    type="expense",
                    fields={"category": "招待", "amount": "680"},
                    customer="恒泰机电",
                    reason="请李总和设备科吃饭，谈二期",
                    waits_for=(GAO,),
                ),
                Approval(
                    at=self._at((-1, 10, 12)),
                    applicant=WANG,
                    type="discount",
                    fields={"sku": "SRV7", "quantity": "6", "discount": "0.82", "amount": "161376"},
                    customer="启明轨道",
                    reason="年度框架第一单",
                    decisions=(Decision(by=GAO, approved=True, at=self._at((-1, 14, 3)), reason="毛利够，报沈总"),),
                    waits_for=(SHEN,),
                ),
                Approval(
                    at=self._at((-2, 9, 20)),
                    applicant=SUN,
                    type="leave",
                    fields={"leave_type": "年假", "days": "2", "start": self._on(4), "end": self._on(5)},
                    reason="带孩子看病",
                    waits_for=(GAO,),
                ),
                Approval(
                    at=self._at((-3, 11, 0)),
                    applicant=ZHOU,
                    type="discount",
                    fields={"sku": "GW-3000", "quantity": "4", "discount": "0.9", "amount": "56160"},
                    customer="华为",
                    reason="老客户续采",
                    decisions=(Decision(by=GAO, approved=True, at=self._at((-3, 11, 26))),),
                ),
                Approval(
                    at=self._at((-4, 17, 45)),
                    applicant=LI,
                    type="expense",
                    fields={"category": "住宿", "amount": hotel},
                    customer="正泽环保",
                    reason="常州出差一晚",
                    decisions=(
                        Decision(by=GAO, approved=True, at=self._at((-3, 9, 2))),
                        Decision(by=JING, approved=False, at=self._at((-3, 15, 40)), reason="发票抬头不对，换一张再报"),
                    ),
                ),
                Approval(
                    at=self._at((-5, 10, 30)),
                    applicant=CHEN,
                    type="generic",
                    fields={"content": "借用演示箱一套，去云岭矿业演示三天"},
                    customer="云岭矿业",
                    decisions=(Decision(by=GAO, approved=True, at=self._at((-5, 13, 35)), reason="用完当天还"),),
                ),
                Approval(
                    at=self._at((-2, 15, 15)),
                    applicant=SUN,
                    type="generic",
                    fields={"content": "海川塑机合同盖公章两份"},
                    customer="海川塑机",
                    withdrawn_at=self._at((-2, 16, 10)),
                ),
            ]
        )

    def questions(self) -> tuple[Question, ...]:
        """Answered and open."""
        return _in_order(
            [
                self._question(
                    ZHOU, ZHANG, "X100 能不能同时接西门子和三菱的 PLC？", "恒泰机电", "X100", asked=(0, 8, 47)
                ),
                self._question(
                    LI, MIN, "UPS-3K 断电后带两台服务器能撑多久？", "江大附院", "UPS-3K", asked=(-1, 17, 32)
                ),
                self._question(WANG, LIU, "SRV7 有没有信创目录里的替代型号？", "星河证券", "SRV7", asked=(-1, 15, 8)),
                self._question(
                    SUN,
                    ZHANG,
                    "X300 装在地下车库信号不好，能外接天线吗？",
                    "沪东船舶",
                    "X300",
                    asked=(-1, 10, 20),
                    answer="可以，配 5 米 SMA 延长线加吸盘天线，超过 5 米衰减明显，建议改用光纤回传。",
                    answered=(-1, 10, 41),
                ),
                self._question(
                    ZHOU,
                    MA,
                    "长风汽车车间 38 米跨度，枪机一个够不够？",
                    "长风汽车",
                    "CAM-A8",
                    asked=(-2, 14, 5),
                    answer="一个不够，夜里红外到 50 米是极限，建议对角各一个，立杆 4 米。",
                    answered=(-2, 14, 52),
                ),
                self._question(
                    LI,
                    LIU,
                    "金桥药业要求等保三级，平台这边要准备什么材料？",
                    "金桥药业",
                    "LIC-ENT",
                    asked=(-3, 9, 48),
                    answer="备案表、拓扑图和加固说明三份，我这里有去年的模板，今天发你邮箱。",
                    answered=(-3, 11, 15),
                ),
                self._question(
                    CHEN,
                    ZHANG,
                    "GW-3000 最多能带多少个下级网关？",
                    "云岭矿业",
                    "GW-3000",
                    asked=(-4, 16, 30),
                    answer="官方标 256，实际 200 以内稳定，再多就上 GW-5000。",
                    answered=(-4, 16, 44),
                ),
                self._question(
                    WANG,
                    MIN,
                    "企业版授权能不能从旧服务器迁到新服务器？",
                    "凌云航空",
                    "LIC-ENT",
                    asked=(-6, 13, 50),
                    answer="能，一年内免费迁两次，把两台机器的序列号发我就行。",
                    answered=(-6, 15, 2),
                ),
            ]
        )

    def _question(
        self,
        asker: str,
        expert: str,
        content: str,
        customer: str,
        sku: str,
        *,
        asked: Relative,
        answer: str = "",
        answered: Relative | None = None,
    ) -> Question:
        wobble = timedelta(minutes=self._chance.randint(0, 4))
        return Question(
            at=self._at(asked) + wobble,
            asker=asker,
            expert=expert,
            content=content,
            customer=customer,
            sku=sku,
            answer=answer,
            answered_at=self._at(answered) + wobble if answered else None,
        )


Dated = TypeVar("Dated", Task, Approval, Question)


def _in_order(listed: Sequence[Dated]) -> tuple[Dated, ...]:
    return tuple(sorted(listed, key=lambda each: each.at))
