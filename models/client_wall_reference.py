"""Records that name their document by model and id: hidden with the document."""

from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL


class ClientWall(models.Model):
    """Asks for the documents of records in Python.

    Messages, activities and files can be about any model. One condition in SQL for
    every model costs more to plan than to run; these models fetch the documents of what
    they found anyway.
    """

    _inherit = "client.wall"

    @api.model
    @api.private
    def _hidden_by_document(self, records, model_field="res_model"):
        """Return those of ``records`` whose document is hidden from the user.

        :param records: records with the id of their document in ``res_id``
        :param str model_field: name of the field with the model of their document
        """
        is_portal = self.env.user.share and not self.env.su
        if not records or not (is_portal or self._is_limited()):
            return records.browse()
        models_ = (
            self._portal_referred_models() if is_portal else self._reference_models()
        )
        records.sudo().flush_recordset([model_field, "res_id"])  # sudo: ids only
        # SQL: reading the records would leave them in the cache of the user
        rows = self.env.execute_query(
            SQL(
                "SELECT id, %s, res_id FROM %s "
                "WHERE id = ANY(%s) AND res_id IS NOT NULL AND %s = ANY(%s)",
                SQL.identifier(model_field),
                SQL.identifier(records._table),
                list(records.ids),
                SQL.identifier(model_field),
                list(models_),
            )
        )
        documents = defaultdict(lambda: defaultdict(list))
        for id_, model, res_id in rows:
            documents[model][res_id].append(id_)
        hidden = []
        for model, ids in documents.items():
            found = self.env[model].browse(ids)
            if is_portal:
                # who was addressed reads a message on what is not his own
                gone = found - self._portal_open(found, is_own=False)
            else:
                gone = self._hidden(found)
            for document_id in gone._ids:
                hidden += ids[document_id]
        return records.browse(hidden)

    @api.model
    @api.private
    def _filter_query(self, query, records, order, model_field="res_model"):
        """Return a query without what :meth:`_hidden_by_document` tells.

        :param Query query: a query on the model of ``records``
        :param records: an empty recordset of the model
        :param str order: the order asked for, if any
        """
        is_portal = self.env.user.share and not self.env.su
        if query.is_empty() or not (is_portal or self._is_limited()):
            return query
        found = records.browse(query.get_result_ids())
        hidden = self._hidden_by_document(found, model_field)
        return (found - hidden)._as_query(bool(order)) if hidden else query

    @api.model
    @api.private
    def _check_documents(self, records, operation, result, model_field="res_model"):
        """Add to what ``_check_access`` of a model found who may not for the wall.

        :param records: the records that were checked
        :param str operation: ``read``, ``write``, ``create`` or ``unlink``
        :param result: what ``super()._check_access(operation)`` returned
        :return: the same, with the records whose document is hidden
        """
        hidden = self._hidden_by_document(records, model_field)
        if not hidden:
            return result
        rule = self.env["ir.rule"]
        forbidden = hidden | result[0] if result else hidden
        return forbidden, lambda: rule._make_access_error(operation, forbidden)
