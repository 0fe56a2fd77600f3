# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The measurement of ``./bench cases`` in small: what is closed costs nothing."""

import importlib.util
import sys
from pathlib import Path

from odoo.tests import TransactionCase, tagged

FOLDER = Path(__file__).parent / "benchmarks"


def benchmark():
    """Return the module of the benchmark, which is no package of the tests."""
    sys.path.insert(0, str(FOLDER))
    try:
        spec = importlib.util.spec_from_file_location("cases_benchmark", FOLDER / "cases.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(FOLDER))
    return module


@tagged("post_install", "-at_install")
class TestCaseBenchmark(TransactionCase):
    def test_queries_do_not_grow_with_closed_cases(self):
        cases = benchmark()
        user = cases.dispatcher(self.env)
        sample = cases.sample_case(self.env)
        cases.multiply(self.env, sample, 49, "accepted")
        before = cases.measure(self.env, user)
        cases.multiply(self.env, sample, 1000, "closed")
        after = cases.measure(self.env, user)
        self.assertEqual(
            {name: queries for name, (queries, _seconds) in after.items()},
            {name: queries for name, (queries, _seconds) in before.items()},
        )
        self.assertLess(after["deadline action, nothing due"][0], 5)
        self.assertLess(after["list, 80 rows"][0], 40)
        clocks = self.env["property.deadline"].search_count([("res_model", "=", sample._name)])
        self.assertGreaterEqual(clocks, 1050)
