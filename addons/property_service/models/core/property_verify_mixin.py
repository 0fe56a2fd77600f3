# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import uuid

from reportlab.graphics.barcode import createBarcodeDrawing

from odoo import api, fields, models


class PropertyVerifyMixin(models.AbstractModel):
    """A paper with a code that anybody at the gate can check without logging in.

    The code leads to a page that says whether the paper is valid now and shows what the guard
    must compare, nothing else (handbook A §26, §30, §31). A model names itself in `_verify_code`
    and answers `_verify_facts()`.
    """

    _name = "property.verify.mixin"
    _description = "Paper with a code for checking"

    #: short name of the paper in the address of its page, e.g. "permit"
    _verify_code = None

    verify_token = fields.Char(
        "Code of the paper",
        readonly=True,
        copy=False,
        index=True,
        default=lambda self: uuid.uuid4().hex,
        groups="property_service.group_supervisor",
    )
    verify_url = fields.Char(
        "Address for checking", compute="_compute_verify_url", compute_sudo=True, exportable=False
    )

    @api.depends("verify_token")
    def _compute_verify_url(self):
        base = self.env["ir.config_parameter"].sudo().get_param("web.base.url")
        for paper in self:
            token = paper.verify_token
            paper.verify_url = token and f"{base}/property/verify/{self._verify_code}/{token}"

    def _verify_image(self, size=110):
        """Return the QR code of the page as the source of an image in a printed form."""
        self.ensure_one()
        # drawn as lines: pictures in dots need a library that not every server has
        drawing = createBarcodeDrawing("QR", value=self.verify_url, width=size, height=size)
        image = drawing.asString("svg")
        if isinstance(image, str):
            image = image.encode()
        return f"data:image/svg+xml;base64,{base64.b64encode(image).decode()}"

    def _verify_facts(self):
        """Hook: what the page shows, in the language of the environment.

        :return: dict with ``title``, ``valid`` (bool), ``status`` (why, in words) and ``rows``, a
            list of (label, value); only what a guard needs: no phone, no ID number, no money
        """
        raise NotImplementedError

    @api.model
    def _verify_find(self, code, token):
        """Return the paper of a code as superuser in its estate's language, or None."""
        for name in self.env.registry.descendants([self._name], "_inherit"):
            model = self.env[name]
            if model._abstract or model._verify_code != code or not token:
                continue
            paper = model.sudo().search([("verify_token", "=", token)], limit=1)
            if paper:
                return paper.with_context(lang=paper.estate_id._print_lang())
        return None
