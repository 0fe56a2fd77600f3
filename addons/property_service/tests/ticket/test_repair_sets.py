# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from .repair_case import RepairCase

CLOSED = 2000
OPEN = 200


@tagged("post_install", "-at_install")
class TestRepairSets(RepairCase):
    """Years of closed cases do not make the daily work dearer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.start = fields.Datetime.now() - timedelta(days=1)
        with freeze_time(cls.start):
            cls.open = cls._make(OPEN)
            cls.open.action_accept()
        cls.env.flush_all()

    @classmethod
    def _make(cls, count):
        return cls.env["property.repair"].create(
            [
                {
                    "unit_id": cls.unit.id,
                    "partner_id": cls.owner.id,
                    "category_id": cls.sanitary.id,
                    "description": f"Tap {number}",
                    "phone": "13800000001",
                    "payer_class": "free_promise",
                }
                for number in range(count)
            ]
        )

    def _make_closed(self):
        """Make closed cases with closed clocks, as years of work leave them."""
        closed = self._make(CLOSED)
        with freeze_time(self.start):
            closed.action_accept()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE property_repair SET state = 'closed', date_due = NULL WHERE id = ANY(%s)",
            [closed.ids],
        )
        self.env.cr.execute(
            "UPDATE property_deadline SET state = 'kept', next_check = NULL "
            "WHERE res_model = 'property.repair' AND res_id = ANY(%s)",
            [closed.ids],
        )
        self.env.cr.execute("ANALYZE property_repair, property_deadline")
        self.env.invalidate_all()
        return closed

    def _queries(self, work):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        work()
        return self.env.cr.sql_log_count - before

    def _list(self):
        user = self.users["supervisor"]
        arch = self.env["property.repair"].with_user(user)
        specification = {
            name: {"fields": {"display_name": {}}} if arch._fields[name].relational else {}
            for name in (
                "number",
                "unit_id",
                "category_id",
                "technician_id",
                "date_due",
                "lateness",
                "state",
                "urgency",
                "partner_id",
                "description",
            )
        }
        return arch.web_search_read(
            [("state", "not in", ("closed", "cancelled"))], specification, limit=80
        )

    def _kanban(self):
        model = self.env["property.repair"].with_user(self.users["supervisor"])
        return model.formatted_read_group([("kind", "=", "repair")], ["state"], ["__count"])

    def _wall(self):
        model = self.env["property.deadline"].with_user(self.users["supervisor"])
        return model.web_search_read(
            [("state", "=", "running")],
            {
                name: {}
                for name in (
                    "due",
                    "document_name",
                    "document_kind",
                    "document_handler",
                    "lateness",
                )
            },
            limit=60,
        )

    def _nothing_due(self):
        self.env["property.deadline"]._cron_check()

    def test_queries_do_not_grow(self):
        works = (self._list, self._kanban, self._wall)
        for work in works:
            work()  # what is cached per registry
        before = {work.__name__: self._queries(work) for work in works}
        closed = self._make_closed()
        self.assertEqual(len(closed), CLOSED)
        after = {work.__name__: self._queries(work) for work in works}
        self.assertEqual(after, before)
        self.assertLess(after["_list"], 40)
        self.assertLess(after["_kanban"], 12)
        self.assertLess(after["_wall"], 40)
        self.assertEqual(self._list()["length"], OPEN)

    def test_cron_looks_at_open_clocks_only(self):
        """The deadline action asks for the open ones by an index, whatever has been closed."""
        self._make_closed()
        with freeze_time(self.start - timedelta(hours=1)):
            self.assertLess(self._queries(self._nothing_due), 5)
        rows = self.env["property.deadline"].search([("next_check", "!=", False)])
        self.assertFalse(set(rows.mapped("res_id")) - set(self.open.ids))
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        self.env.cr.execute(
            "EXPLAIN SELECT id FROM property_deadline WHERE next_check IS NOT NULL "
            "AND next_check <= now() ORDER BY next_check, id LIMIT 200"
        )
        plan = "\n".join(row[0] for row in self.env.cr.fetchall())
        self.assertRegex(plan, r"Index.* using \w*to_check")
