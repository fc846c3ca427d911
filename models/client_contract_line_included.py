"""What a service of a contract includes."""

from odoo import api, fields, models


class ClientContractLine(models.Model):
    """Takes along what its template, or the one it is copied of, includes."""

    _inherit = "client.contract.line"

    included_ids = fields.One2many(
        comodel_name="client.contract.included",
        inverse_name="line_id",
        copy=True,
    )
    template_line_id = fields.Many2one(
        comodel_name="client.contract.template.line",
        string="Service of the template",
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        groups="base.group_user",
        help="What that one includes is included here, too.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Create; what the template's services include comes with them."""
        lines = super().create(vals_list)
        new = lines.filtered(
            # sudo: a field for internal users only, of lines just created
            lambda line: line.sudo().template_line_id and not line.included_ids
        )
        new.env["client.contract.included"].create(
            [
                included._prepare_included_values(line)
                for line in new
                # sudo: as above; the template was chosen by somebody who may read it
                for included in line.sudo().template_line_id.included_ids
            ]
        )
        return lines
