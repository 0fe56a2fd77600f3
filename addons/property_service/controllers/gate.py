# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.http import request


class PropertyGateController(http.Controller):
    """The guard's screen of an exit slip, on a phone (handbook A §26)."""

    def _slip(self, token):
        """Return the slip of a code, if the user may see it."""
        slips = request.env["property.gate.pass"]
        found = slips.sudo().search([("verify_token", "=", token)], limit=1)
        if not token or not found:
            raise request.not_found()
        slip = found.sudo(False)
        try:
            slip.check_access("read")
        except AccessError:
            raise request.not_found()
        return slip

    def _page(self, slip, error=None, form=None):
        today = slip._is_valid_now()
        return request.render(
            "property_service.gate_page",
            {"slip": slip, "valid": today, "error": error, "form": form or {}},
        )

    @http.route("/property/gate/<string:token>", type="http", auth="user", readonly=True)
    def gate(self, token, **kwargs):
        """Show goods and fields to fill in at the gate."""
        return self._page(self._slip(token))

    @http.route("/property/gate/<string:token>/done", type="http", auth="user", methods=["POST"])
    def done(self, token, **form):
        """Let the goods out, or stop them; what is missing is said on the same page."""
        slip = self._slip(token)
        checked = [
            int(value) for value in request.httprequest.form.getlist("line") if value.isdecimal()
        ]
        try:
            with request.env.cr.savepoint():
                if form.get("action") == "refuse":
                    slip._refuse_at_gate(form.get("gate"), form.get("guard"), form.get("reason"))
                else:
                    slip._release(
                        form.get("gate"),
                        form.get("guard"),
                        form.get("vehicle"),
                        form.get("carrier"),
                        checked,
                    )
        except (AccessError, UserError) as error:
            return self._page(slip, str(error), {**form, "checked": checked})
        return request.redirect(f"/property/gate/{token}")
