"""Where the files tab of a client sends its files."""

from odoo.exceptions import AccessError, UserError
from odoo.http import Controller, request, route

from .portal_client import is_record_id

# Larger than what is accepted, so that a file that is too large still gets a sentence.
MAX_BODY = 512 * 1024 * 1024


class ClientFiles(Controller):
    """Takes in one file or several."""

    @route(
        "/client_hub/files",
        type="http",
        auth="user",
        methods=["POST"],
        max_content_length=MAX_BODY,
    )
    def client_hub_files(self, client_id, kind_id="", description="", **post):
        """Add the uploaded files (``ufile``) to a client.

        :return: JSON: ``files`` (ids), ``refused`` (a sentence for each one that was
            not added)
        """
        uploads = request.httprequest.files.getlist("ufile")
        client = request.env["res.partner"].browse(_to_id(client_id))
        kind = request.env["client.file.kind"].browse(_to_id(kind_id))
        try:
            files, sentences = request.env["ir.attachment"]._client_add_files(
                client, uploads, kind.exists(), description
            )
        except (AccessError, UserError) as error:
            # the page shows it beside what was not added
            files, sentences = request.env["ir.attachment"], [str(error)]
        return request.make_json_response({"files": files.ids, "refused": sentences})


def _to_id(text):
    """Return an id that came with a form, or False."""
    return int(text) if is_record_id(text) else False
