# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.http import request


class PropertyPatrolController(http.Controller):
    """What the code of a patrol point leads to when a phone scans it."""

    def _point(self, token):
        """Return the point of a code, if the user may see it."""
        point = request.env["property.patrol.point"].sudo().search([("token", "=", token)], limit=1)
        if not point or not point.active:
            raise request.not_found()
        own = point.sudo(False)
        try:
            own.check_access("read")
        except AccessError:
            raise request.not_found()
        return own

    def _visit(self, point):
        """Return the visit of the point the user is about to make, of his own patrol first."""
        visits = request.env["property.patrol.visit"].search(
            [
                ("point_id", "=", point.id),
                ("state", "=", "pending"),
                ("patrol_id.state", "in", ("scheduled", "in_progress", "overdue")),
                ("patrol_id.user_id", "in", (False, request.env.uid)),
            ]
        )
        order = {"in_progress": 0, "overdue": 1, "scheduled": 2}
        return visits.sorted(
            lambda visit: (
                order[visit.patrol_id.state],
                visit.patrol_id.user_id.id != request.env.uid,
                visit.patrol_id.planned_start,
            )
        )[:1]

    @http.route("/property/patrol/point/<string:token>", type="http", auth="user", readonly=True)
    def point(self, token, **kwargs):
        """Show the point that was scanned, with the button that says “I am here”."""
        point = self._point(token)
        return request.render(
            "property_service.patrol_point_page", {"point": point, "visit": self._visit(point)}
        )

    @http.route(
        "/property/patrol/point/<string:token>/here", type="http", auth="user", methods=["POST"]
    )
    def here(self, token, **kwargs):
        """Note the scan, begin the patrol where it has not begun, and open the point."""
        point = self._point(token)
        visit = self._visit(point)
        if not visit:
            return request.redirect(f"/property/patrol/point/{token}")
        try:
            patrol = visit.patrol_id
            if patrol.state in ("scheduled", "overdue"):
                patrol.action_start()
            visit._scan()
        except (AccessError, UserError) as error:
            return request.render(
                "property_service.patrol_point_page",
                {"point": point, "visit": visit, "error": str(error)},
            )
        return request.redirect(f"/odoo/property.patrol.visit/{visit.id}")
