# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Sample households, made by the addons themselves: what the generator multiplies.

Each estate gets one building with a home of every shape of `SHAPES`: how many months it owes, who
lives there, what it asked of the service centre. All of it goes the way the staff's work goes —
bill runs, receipts, cases from contact to close — so that every stored field is what Odoo wrote.
"""

from collections import namedtuple

from dateutil.relativedelta import relativedelta

from odoo import Command, fields

#: A home: months it owes, whether part of the oldest is paid, the further person, open cases.
Shape = namedtuple("Shape", "owes part person open")
SHAPES = (
    Shape(0, False, None, 0),
    Shape(0, False, "family", 0),
    Shape(0, False, None, 0),
    Shape(0, False, "family", 1),
    Shape(1, False, None, 0),
    Shape(1, False, "tenant", 0),
    Shape(2, True, None, 0),
    Shape(4, True, None, 0),
    Shape(12, False, "family", 0),
    Shape(20, True, None, 0),
)
PERSONS = ("王建国", "李秀英", "张伟", "刘洋", "陈静", "杨丽", "赵磊", "黄敏", "周勇", "吴艳")
LOGINS = {
    "clerk": "staff",
    "cashier": "cashier",
    "accountant": "accountant",
    "supervisor": "supervisor",
    "manager": "manager",
}
#: months between two visits of a payer; those who owe nothing pay what is due each time
VISIT = 6
#: months the second item has been charged for: before, a bill has one charge
SECOND_ITEM = 12
#: kinds of cases of a home, the last one first when some stay open
CASES = ("repair", "repair", "repair", "complaint", "inquiry")


class Sample:
    """What was made: estates, users by login, items, and the homes."""

    def __init__(self, env, estates=3, months=36, today=None):
        self.env = env
        self.today = today or fields.Date.context_today(env["property.estate"])
        self.months = [
            self.today.replace(day=1) - relativedelta(months=age)
            for age in range(months - 1, -1, -1)
        ]
        self.users = _users(env)
        self.estates = _estates(env, estates, env["res.users"].union(*self.users.values()))
        self._price_lists()

    def _price_lists(self):
        """Two items: one for all the months, one for the last twelve."""
        self.items = self.env["property.fee.item"]
        home = self.env.ref("property_service.unit_type_home")
        self.second_item_from = max(
            self.months[0], self.months[-1] - relativedelta(months=SECOND_ITEM - 1)
        )
        for code, name, kind, basis, rate, price, start in (
            ("MGT", "物业服务费", "income", "gross_area", 6, 2.85, self.months[0]),
            ("TRASH", "生活垃圾处理费", "agency", "fixed", 0, 5.0, self.second_item_from),
        ):
            item = self.env["property.fee.item"].create(
                {
                    "code": code,
                    "name": name,
                    "kind": kind,
                    "basis": basis,
                    "tax_id": self.env.company._property_sale_tax(rate).id,
                }
            )
            self.items |= item
            for estate in self.estates:
                self.env["property.fee.price"].create(
                    {
                        "item_id": item.id,
                        "estate_id": estate.id,
                        "type_id": home.id,
                        "price": price,
                        "date_start": start,
                    }
                )._approve_now()

    def make_homes(self):
        """Make the homes with their people; what follows is of each of them."""
        buildings = self.env["property.building"].create(
            [{"name": "1栋", "estate_id": estate.id, "floors": 25} for estate in self.estates]
        )
        home = self.env.ref("property_service.unit_type_home")
        self.homes = self.env["property.unit"].create(
            [
                {
                    "building_id": building.id,
                    "entrance": "1单元",
                    "floor": 1,
                    "number": f"1{place + 1:02d}",
                    "type_id": home.id,
                    "gross_area": 68 + place * 9.37,
                    "state": "leased" if shape.person == "tenant" else "occupied_owner",
                    "fee_date_start": self.months[0],
                }
                for building in buildings
                for place, shape in enumerate(SHAPES)
            ]
        )
        self.shapes = dict(zip(self.homes, SHAPES * len(buildings), strict=True))
        people = []
        for number, (unit, shape) in enumerate(self.shapes.items()):
            people.append((unit, "owner", number, {"is_payer": True, "share": 100}))
            if shape.person:
                people.append((unit, shape.person, number + 3, {}))
        partners = self.env["res.partner"].create(
            [
                {
                    "name": PERSONS[number % len(PERSONS)],
                    "phone": f"139{place:08d}",
                    "customer_rank": 1,
                }
                for place, (_unit, _role, number, _vals) in enumerate(people)
            ]
        )
        self.env["property.occupancy"].create(
            [
                {
                    "unit_id": unit.id,
                    "partner_id": partner.id,
                    "role": role,
                    "date_start": self.months[0],
                    **vals,
                }
                for (unit, role, _number, vals), partner in zip(people, partners, strict=True)
            ]
        )

    def make_runs(self):
        """Make the bill runs of all months; the charges in them are of the homes."""
        self.runs = self.env["property.bill.run"].create(
            [
                {
                    "estate_ids": [Command.set(self.estates.ids)],
                    "month": month,
                    "item_ids": [
                        Command.set([] if month >= self.second_item_from else self.items[0].ids)
                    ],
                }
                for month in self.months
            ]
        )

    def bill_and_take(self):
        """Bill month by month, and take what each home pays at its visits."""
        for number, run in enumerate(self.runs):
            run._queue_job("generate", len(self.homes))
            while run._work_step():
                pass
            run.action_check()
            run._queue_job("post", len(self.homes))
            while run._work_step():
                pass
            self._take(number)
            self.env.flush_all()
            # nothing is committed yet: PostgreSQL would plan as if the tables were empty
            self.env.cr.execute(
                "ANALYZE account_move, account_move_line, account_partial_reconcile,"
                " account_payment, property_charge, property_receipt"
            )

    def _take(self, number):
        """Take money on a day of month `number`: of the homes whose visit it is."""
        left = len(self.months) - 1 - number  # months after this one
        journals = self.env["account.journal"]._property_journals(self.env.company)
        date = min(self.months[number] + relativedelta(day=12), self.today - relativedelta(days=1))
        values = []
        for place, (home, shape) in enumerate(self.shapes.items()):
            last = left == shape.owes  # pays up to here and no further
            if shape.owes > left or not (last or (left - shape.owes) % VISIT == 0):
                continue
            charges = home._open_charges()
            total = sum(charges.mapped("amount_residual"))
            if last and shape.part:  # of the newest month only a part
                total -= round(charges.sorted("month")[-1:].amount_residual * 0.4, 2)
            if total <= 0:
                continue
            shares, _left = charges._allocate(total)
            advance = 200.0 if last and place % len(SHAPES) == 0 else 0.0
            values.append(
                {
                    "unit_id": home.id,
                    "partner_id": (home.payer_id or home.owner_id).id,
                    "journal_id": journals[place % len(journals)].id,
                    "date": date,
                    "amount": total + advance,
                    "line_ids": [
                        Command.create({"charge_id": charge.id, "amount": share})
                        for charge, share in shares
                    ],
                }
            )
        receipts = self.env["property.receipt"].with_user(self.users["cashier"]).sudo()
        receipts._take(values)

    # the service centre --------------------------------------------------------------------------

    def make_cases(self):
        """Five cases a home, all but a few closed; the technicians are the company's own."""
        for home, shape in self.shapes.items():
            for number, kind in enumerate(CASES):
                getattr(self, f"_{kind}")(home, number < shape.open)

    def _repair(self, home, still_open):
        env = self.env
        repair = env["property.repair"].create(
            {
                "unit_id": home.id,
                "partner_id": home.owner_id.id,
                "category_id": env.ref("property_service.repair_category_toilet_bath").id,
                "description": "卫生间水龙头滴水",
                "phone": home.owner_id.phone,
                "payer_class": "free_promise",
            }
        )
        repair.action_accept()
        if still_open:
            return
        repair._dispatch(self.technician.employee_id)
        repair.action_pick_up()
        repair.action_arrive()
        repair.solution = "更换阀芯,试水正常"
        repair.action_done()
        repair.satisfaction = "A"
        repair._accept_work("remote")  # without the photos, which are files
        self._call_back(repair)
        if repair.state != "closed":
            repair._close()

    def _complaint(self, home, _still_open):
        case = self.env["property.complaint"].create(
            {
                "unit_id": home.id,
                "partner_id": home.owner_id.id,
                "category_id": self.env.ref("property_service.complaint_category_mep").id,
                "description": "电梯夜间噪音大",
                "validity": "valid",
                "level": "minor",
            }
        )
        case.action_assess()
        case.action_transfer()
        case.action_receive()
        case.write({"cause": "轴承磨损", "proposal": "更换轴承"})
        case.action_propose()
        case._reply("final", "phone", "已更换轴承", "yes")
        case.measures = "轴承已更换"
        case.action_resolve()
        self._call_back(case)
        if case.state != "followed_up":
            case._take_step("follow_up", "已安静")
        case.action_close()

    def _inquiry(self, home, _still_open):
        case = self.env["property.inquiry"].create(
            {
                "unit_id": home.id,
                "partner_id": home.owner_id.id,
                "description": "办理增值税发票需要什么资料?",
                "answer": "身份证与缴费收据",
            }
        )
        case.action_answer()
        case.action_close()

    def _call_back(self, case):
        """Make the callbacks the case has got, as somebody who did not do the work."""
        callbacks = self.env["property.callback"].search(
            [
                ("res_model", "=", case._name),
                ("res_id", "=", case.id),
                ("state", "in", ("planned", "in_progress")),
            ]
        )
        for callback in callbacks:
            callback._record("ok", method="phone")
            callback.action_review()

    def make_technician(self):
        """One technician, so that repairs can be dispatched."""
        category = self.env.ref("property_service.repair_category_toilet_bath")
        employee = self.env["hr.employee"].create({"name": "孙志强"})
        self.technician = self.env["property.technician"].create(
            {"employee_id": employee.id, "category_ids": [Command.set(category.ids)]}
        )


def _users(env):
    """Return a user of each role, by login."""
    return {
        login: env["res.users"].create(
            {
                "name": login,
                "login": f"bench_{login}",
                "tz": "Asia/Shanghai",
                "group_ids": [Command.set(env.ref(f"property_service.group_{role}").ids)],
            }
        )
        for login, role in LOGINS.items()
    }


def _estates(env, count, users):
    """Return `count` estates everybody works in."""
    return env["property.estate"].create(
        [
            {
                "name": f"测试小区{number}",
                "code": f"B{number}",
                "user_ids": [Command.set(users.ids)],
            }
            for number in range(1, count + 1)
        ]
    )
