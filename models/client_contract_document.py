"""The text of a contract as it is printed."""

from lxml import html
from markupsafe import Markup

from odoo import models

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


class ClientContract(models.Model):
    """Keeps what belongs together on one page of the PDF."""

    _inherit = "client.contract"

    def _get_printed_body(self):
        """Return the contract's text, each heading held to the block below it.

        The program that prints knows no ``page-break-after``: heading and block go
        into a box that is not broken.
        """
        self.ensure_one()
        root = html.fragment_fromstring(str(self.body_html or ""), create_parent="div")
        for heading in root.xpath("|".join(f"//{tag}" for tag in HEADINGS)):
            if heading.getparent().get("name") == "kept_together":
                continue
            box = html.Element(
                "div", name="kept_together", style="page-break-inside: avoid"
            )
            heading.addprevious(box)
            block = heading
            while block is not None:
                following = block.getnext()
                box.append(block)
                block = following if block.tag in HEADINGS else None
        # the field was sanitized; only boxes came in
        return Markup(html.tostring(root, encoding="unicode"))
