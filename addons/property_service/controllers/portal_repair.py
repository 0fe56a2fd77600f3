# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal

#: photos of one report, and bytes of one photo
_PHOTOS = 6
_PHOTO_SIZE = 10 * 1024 * 1024


class PropertyRepairPortal(CustomerPortal):
    """Residents report repairs, follow them, agree to the price, accept and rate.

    What is shown is looked up from the homes the user holds today; whatever is not his is answered
    like what does not exist.
    """

    def _repair_of(self, repair_id):
        repair = request.env["property.repair"]._of_resident(request.env.user)
        return repair.filtered(lambda row: row.id == repair_id)

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "property_repair_count" in counters:
            values["property_repair_count"] = len(
                request.env["property.repair"]._of_resident(request.env.user)
            )
        return values

    def _repairs_values(self, **more):
        repairs = request.env["property.repair"]
        units = repairs._homes_of(request.env.user)
        today = fields.Date.context_today(repairs)
        prices = request.env["property.service.price"].sudo()
        for estate in units.estate_id:
            prices |= prices._list_on(estate, today)
        return {
            **self._prepare_portal_layout_values(),
            "page_name": "property_repairs",
            "units": units,
            "phones": "、".join(phone for phone in units.estate_id.mapped("phone") if phone),
            "categories": request.env["property.case.category"]
            .sudo()
            .search([("kind", "=", "repair")]),
            "repairs": repairs._of_resident(request.env.user),
            "prices": prices,
            "labels": dict(repairs._fields["state"]._description_selection(request.env)),
            "error": None,
            **more,
        }

    @http.route("/my/repairs", type="http", auth="user", website=True, readonly=True)
    def portal_my_repairs(self, **kwargs):
        """Show the resident's repairs, the form of a new one and the price list."""
        return request.render("property_service.portal_my_repairs", self._repairs_values())

    @http.route("/my/repairs/new", type="http", auth="user", website=True, methods=["POST"])
    def portal_repair_new(self, unit_id=None, description="", category_id=None, place=None, **kw):
        """Register a repair the resident reports, with photos."""
        repairs = request.env["property.repair"]
        try:
            unit = repairs._homes_of(request.env.user).filtered(
                lambda row: str(row.id) == str(unit_id)
            )
            category = (
                request.env["property.case.category"]
                .sudo()
                .search([("kind", "=", "repair")])
                .filtered(lambda row: str(row.id) == str(category_id))
            )
            photos = self._photos(request.httprequest.files.getlist("photos"))
            if not unit:
                raise UserError(request.env._("This home is not registered for you."))
            with request.env.cr.savepoint():
                repair = repairs._report_by_resident(
                    request.env.user, unit, description, category, place, photos
                )
        except UserError as error:
            return request.render(
                "property_service.portal_my_repairs",
                self._repairs_values(error=str(error), description=description),
            )
        return request.redirect(f"/my/repairs/{repair.id}")

    def _photos(self, files):
        photos = []
        for file in [row for row in files if row.filename][:_PHOTOS]:
            if not (file.mimetype or "").startswith("image/"):
                raise UserError(request.env._("Only pictures can be added."))
            content = file.read(_PHOTO_SIZE + 1)
            if len(content) > _PHOTO_SIZE:
                raise UserError(request.env._("A photo may have 10 MB at most."))
            photos.append((file.filename, content))
        return photos

    @http.route(
        "/my/repairs/<int:repair_id>", type="http", auth="user", website=True, readonly=True
    )
    def portal_my_repair(self, repair_id, **kwargs):
        """Show one repair: how far it is, price, acceptance."""
        return self._show(repair_id)

    def _show(self, repair_id, error=None):
        repair = self._repair_of(repair_id)
        if not repair:
            raise request.not_found()
        shown = repair.master_id or repair

        def at(moment):
            if not moment:
                return ""
            return fields.Datetime.context_timestamp(repair, moment).strftime("%m-%d %H:%M")

        env = request.env
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "property_repair",
            "repair": repair,
            "shown": shown,
            "labels": dict(repair._fields["state"]._description_selection(env)),
            "is_payer": repair.payer_id == env.user.partner_id,
            "payer_name": repair.payer_id.name,
            "technician": shown.technician_id.name,
            "steps": [
                (env._("Accepted"), at(shown.accepted_at)),
                (env._("Dispatched"), at(shown.dispatched_at)),
                (env._("Arrived"), at(shown.arrived_at)),
                (env._("Done"), at(shown.done_at)),
                (env._("Accepted by you"), at(shown.signed_at)),
            ],
            "error": error,
        }
        return request.render("property_service.portal_my_repair", values)

    @http.route(
        "/my/repairs/<int:repair_id>/<any(agree,refuse,confirm,object):step>",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_repair_step(self, repair_id, step, rate=None, opinion=None, reason=None, **kwargs):
        """Agree to or refuse the price, accept the work or object to it."""
        repair = self._repair_of(repair_id)
        if not repair:
            raise request.not_found()
        user = request.env.user
        try:
            with request.env.cr.savepoint():
                self._take_step(repair, user, step, rate, opinion, reason)
        except UserError as error:
            return self._show(repair_id, error=str(error))
        return request.redirect(f"/my/repairs/{repair_id}")

    def _take_step(self, repair, user, step, rate, opinion, reason):
        if step == "agree":
            repair._agree_by_resident(user)
        elif step == "refuse":
            repair._refuse_by_resident(user, reason)
        elif step == "confirm":
            number = int(rate) if (rate or "").isdigit() else 0
            repair._confirm_by_resident(user, number, opinion)
        else:
            repair._object_by_resident(user, reason)
