from odoo import api, fields, models


class ClientRoundUpItem(models.Model):
    """Something new that a person hears of with the next round-up.

    Whether he may read it is asked then, not now. A row goes with the mail that tells
    of it.
    """

    _name = "client.round.up.item"
    _description = "News for a Round-up"
    _order = "id"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Person",
        required=True,
        ondelete="cascade",
        index=True,
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    message_id = fields.Many2one(
        comodel_name="mail.message", ondelete="cascade", index="btree_not_null"
    )
    job_id = fields.Many2one(
        comodel_name="client.job", ondelete="cascade", index="btree_not_null"
    )
    budget_id = fields.Many2one(
        comodel_name="client.budget", ondelete="cascade", index="btree_not_null"
    )
    # an answer, or a remark that was solved
    remark_id = fields.Many2one(
        comodel_name="client.piece.remark", ondelete="cascade", index="btree_not_null"
    )

    _of_one_thing = models.Constraint(
        "CHECK (num_nonnulls(message_id, job_id, budget_id, remark_id) = 1)",
        "News are of one message, job, budget or remark.",
    )

    # === BUSINESS METHODS === #

    @api.model
    def _collect(self, partners, **thing):
        """Keep something for the next round-up of people, once each.

        :param partners: res.partner
        :param thing: ``message_id``, ``job_id``, ``budget_id`` or ``remark_id``, with
            its id
        """
        # sudo: news are the system's; whoever does something makes them
        items_sudo = self.sudo()
        [(name, record_id)] = thing.items()
        known = items_sudo.search(
            [(name, "=", record_id), ("partner_id", "in", partners.ids)]
        )
        items_sudo.create(
            [
                {"partner_id": partner.id, name: record_id}
                for partner in partners - known.partner_id
            ]
        )
