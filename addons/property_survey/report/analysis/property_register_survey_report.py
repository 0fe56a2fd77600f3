# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import io

import xlsxwriter

from odoo import models

from odoo.addons.property_service.report.core.property_register import Column


class PropertyRegisterSurveyReport(models.AbstractModel):
    """客户满意度调查分析报告 as a workbook with native charts (form F5-7)."""

    _name = "property.register.survey.report"
    _description = "Analysis report of a survey as a workbook"
    _inherit = "property.register.survey.rates"

    def _title(self, options):
        return self.env._("Analysis Report of the Satisfaction Survey")

    def _workbook(self, table):
        stream = io.BytesIO()
        # charts need the cells at hand: no constant memory here, there are few
        with xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False}) as book:
            self._write_sheet(book, table)
            self._rate_chart(book, table)
            for number, analysis in enumerate(self._analyses(table), 1):
                self._pareto_sheet(book, analysis, number)
            self._return_sheet(book, table)
        return stream.getvalue()

    def _content(self, options):
        return {**super()._content(options), "campaign": self._campaign(options)}

    def _analyses(self, table):
        return table["campaign"].analysis_ids.filtered("point_count")

    def _rate_chart(self, book, table):
        """Draw the satisfaction of the items beside their target."""
        name = book.worksheets()[0].get_name()
        last = 2 + table["count"] - 1
        if last < 3:
            return
        sheet = book.add_chartsheet(self.env._("Chart of the items"))
        bars = book.add_chart({"type": "column"})
        for column, color in ((3, "#4A6FA5"), (4, "#B0BEC5")):
            bars.add_series(
                {
                    "name": [name, 2, column],
                    "categories": [name, 3, 2, last, 2],
                    "values": [name, 3, column, last, column],
                    "fill": {"color": color},
                }
            )
        line = book.add_chart({"type": "line"})
        line.add_series(
            {
                "name": [name, 2, 6],
                "categories": [name, 3, 2, last, 2],
                "values": [name, 3, 6, last, 6],
                "line": {"color": "#C0392B", "dash_type": "dash"},
            }
        )
        bars.combine(line)
        bars.set_title({"name": table["campaign"].name})
        bars.set_y_axis({"min": 0, "max": 100})
        sheet.set_chart(bars)

    def _pareto_sheet(self, book, analysis, number):
        """Write the table of form F6-1 and its chart: bars, cumulated line, line of the cut."""
        sheet = book.add_worksheet(f"{self.env._('Pareto chart')} {number}")
        styles = self._xlsx_styles(book)
        columns = [
            Column("index", self.env._("No."), 5, "integer"),
            Column("name", self.env._("Category"), 14),
            Column("count", self.env._("Frequency"), 9, "integer"),
            Column("share", self.env._("Share (%)"), 9, "percent"),
            Column("total", self.env._("Cumulated"), 9, "integer"),
            Column("cumulated", self.env._("Cumulated (%)"), 10, "percent"),
            Column("grade", self.env._("Class"), 7, "mid"),
            Column("cut", self.env._("Key few"), 8, "percent"),
        ]
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width + 2)
            sheet.write_string(1, place, column.title, styles["head"])
        self._write_across(sheet, 0, columns, analysis.name, styles["title"])
        cut = analysis._pareto_share() / 100
        rows = analysis._pareto_rows()
        for place, row in enumerate(rows):
            values = {
                "index": place + 1,
                "name": row.key.name,
                "count": row.count,
                "share": row.share / 100,
                "total": row.total,
                "cumulated": row.cumulated / 100,
                "grade": row.grade,
                "cut": cut,
            }
            self._write_row(sheet, place + 2, columns, values, styles, False)
        last = len(rows) + 1
        name = sheet.get_name()
        bars = book.add_chart({"type": "column"})
        bars.add_series(
            {
                "name": [name, 1, 2],
                "categories": [name, 2, 1, last, 1],
                "values": [name, 2, 2, last, 2],
                "fill": {"color": "#4A6FA5"},
                "gap": 40,
                "data_labels": {"value": True},
            }
        )
        lines = book.add_chart({"type": "line"})
        for column, series in (
            (5, {"marker": {"type": "circle"}, "line": {"color": "#D35400"}}),
            (7, {"line": {"color": "#C0392B", "dash_type": "dash"}}),
        ):
            lines.add_series(
                {
                    "name": [name, 1, column],
                    "categories": [name, 2, 1, last, 1],
                    "values": [name, 2, column, last, column],
                    "y2_axis": True,
                    **series,
                }
            )
        bars.combine(lines)
        bars.set_title({"name": analysis.name})
        bars.set_y_axis({"min": 0, "max": sum(row.count for row in rows)})
        lines.set_y2_axis({"min": 0, "max": 1, "num_format": "0%"})
        bars.set_size({"width": 760, "height": 420})
        sheet.insert_chart(last + 2, 0, bars)

    def _return_sheet(self, book, table):
        """Write form F5-4, the rates by building, with a chart."""
        register = self.env["property.register.survey.returns"]
        options = {"res_ids": table["campaign"].ids}
        content = register._content(options)
        register._write_sheet(book, content)
        sheet = book.worksheets()[-1]
        last = 3 + content["count"] - 1
        bars = book.add_chart({"type": "bar"})
        name = sheet.get_name()
        bars.add_series(
            {
                "name": [name, 2, 5],
                "categories": [name, 3, 0, last, 0],
                "values": [name, 3, 5, last, 5],
            }
        )
        bars.set_x_axis({"min": 0, "max": 1, "num_format": "0%"})
        bars.set_title({"name": content["title"]})
        sheet.insert_chart(last + 6, 0, bars)
