# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import http
from odoo.http import request


class PropertyVerifyController(http.Controller):
    """The page a code on a permit, pass or exit slip leads to."""

    @http.route(
        "/property/verify/<string:code>/<string:token>",
        type="http",
        auth="public",
        methods=["GET"],
        readonly=True,
        sitemap=False,
    )
    def verify(self, code, token, **kwargs):
        """Show a guard whether the paper is valid now; an unknown code says only that."""
        paper = request.env["property.verify.mixin"]._verify_find(code, token)
        facts = paper._verify_facts() if paper is not None else None
        lang = paper.env.lang if paper is not None else request.env["res.lang"]._get_code("zh_CN")
        if lang:
            request.update_context(lang=lang)
        response = request.render(
            "property_service.verify_page",
            {"facts": facts, "paper": paper},
            status=200 if facts else 404,
        )
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex"
        return response
