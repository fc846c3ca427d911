"""Links of a restricted client's documents that somebody may have kept."""

from odoo import api, models
from odoo.tools import SQL


class ClientWall(models.Model):
    """Voids the links with a token when somebody no longer sees the client.

    Such a link opens a document to whoever has it, signed in or not. Whoever leaves the
    team may have noted some, so they are drawn anew when they are next asked for; the
    client's own people sign in, or get the document sent again.
    """

    _inherit = "client.wall"

    def _renew_links(self, documents=None):
        """Forget the tokens of the client's documents and of their files.

        :param dict documents: ``{model: ids}``, to renew only these
        """
        self.ensure_one()
        # sudo: a setting
        company = (self.client_id.company_id or self.env.company).sudo()
        if not company.client_wall_renew_links:
            return
        for name in documents or self._guarded_models():
            model = self.env[name]
            where = self._where_sql(name, documents)
            if not where:
                continue
            if documents:
                # a document made just now may be on its way to the client
                now = self.env.cr.now()
                where = SQL("%s AND document.create_date < %s", where, now)
            self._void_tokens(model, where)
        self.env.invalidate_all(flush=False)

    @api.model
    @api.private
    def _void_tokens(self, model, where):
        """Forget the tokens of documents and of their files; Odoo makes new ones.

        The caller flushes before, and invalidates the cache after.

        :param model: any model
        :param SQL where: which documents, whose table is called ``document`` there
        """
        table = SQL.identifier(model._table)
        # SQL: a client may have tens of thousands of documents
        field = model._fields.get("access_token")
        if field is not None and field.store:
            self.env.cr.execute(
                SQL(
                    "UPDATE %s AS document SET access_token = NULL"
                    " WHERE access_token IS NOT NULL AND %s",
                    table,
                    where,
                )
            )
        self.env.cr.execute(
            SQL(
                "UPDATE ir_attachment AS file SET access_token = NULL"
                "  FROM %s AS document"
                " WHERE file.res_model = %s AND file.res_id = document.id"
                "   AND file.access_token IS NOT NULL AND %s",
                table,
                model._name,
                where,
            )
        )
