"""What the portal pages of a client have in common: one gate, one way of streaming."""

from urllib.parse import urlencode

from werkzeug.exceptions import NotFound

from odoo.exceptions import AccessError, MissingError
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

# Shown in the page; anything else is offered as a download.
INLINE_TYPES = (
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "image/avif",
    "image/bmp",
    "image/svg+xml",
    "application/pdf",
    "video/",
    "audio/",
)
# A file that a browser opens may show itself, and do nothing else.
FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
MAX_HISTORY = 100
# Pages that the pager knows of beyond the one shown.
PAGES_AHEAD = 50


def is_record_id(text):
    """Tell whether what came with a request can be the id of a record.

    :param text: longer figures are no number of the database, and very long ones none
        that Python reads
    """
    return isinstance(text, str) and text.isdecimal() and len(text) < 10


class ClientHubPortal(CustomerPortal):
    """Base of the client's pages; it has no route of its own."""

    def _client_document(self, model_name, record_id, access_token=None):
        """Return a document that the visitor may read; the only way to one by its id.

        :param str model_name: model with a portal rule
        :param int record_id: id as in the address
        :param str access_token: personal key, of pages that need no login
        :return: the record as superuser, the visitor still being ``env.user``; None
            when there is nothing, or nothing for this visitor
        """
        if request.env.user._is_internal():
            # an employee reads what his own rights let him read
            access_token = None
        try:
            self._document_check_access(model_name, record_id, access_token)
        except (AccessError, MissingError):
            return None
        # sudo: the rules, or the key, were checked on the line above; the user stays,
        # so that whatever is written names the person who did it
        return request.env[model_name].browse(record_id).sudo()

    def _get_token_query(self, access_token):
        """Return the key as the query of an address, or nothing without one."""
        return f"?{urlencode({'access_token': access_token})}" if access_token else ""

    def _is_too_often(self, what, limit, visitor=None):
        """Count what a visitor does, and tell whether he does it too often.

        :param str what: is done
        :param int limit: how often within a minute
        :param visitor: who; by default the address that it comes from
        """
        # sudo: a counter; nothing of it is shown
        return (
            request.env["client.pace"]
            .sudo()
            ._is_too_often(what, visitor or request.httprequest.remote_addr, limit)
        )

    def _is_visitor_client(self):
        """Tell whether the visitor is one of a client's people, and no employee."""
        user = request.env.user
        contact = user.partner_id
        if not user._is_portal() or not contact._is_portal_allowed():
            return False
        clients = contact._portal_client_ids() | contact._portal_job_clients()
        return any(clients.mapped("is_client"))

    def _find_client_list(self, model, url, page, step, asked, **offered):
        """Return one page of a list, and what its search bar shows.

        What the address asks for and nobody offers gives way to the first offer.

        :param model: the model, as the visitor
        :param str url: address of the list
        :param int page: number of the page
        :param int step: records on a page
        :param dict asked: ``sortby filterby search search_in`` of the address
        :param offered: dicts ``sortings filters inputs``, as Odoo's search bar takes
            them (a filter ``all`` among them); ``domain`` of all records;
            ``get_search_domain``, which is called with what is searched in and for
        :return: the records, and values of the page
        :rtype: tuple(odoo.models.Model, dict)
        """
        chosen = {
            name: asked.get(name) if asked.get(name) in offers else next(iter(offers))
            for name, offers in (
                ("sortby", offered["sortings"]),
                ("filterby", offered["filters"]),
                ("search_in", offered["inputs"]),
            )
        }
        chosen["search"] = (asked.get("search") or "").strip()[:200]
        domain = offered["domain"] & offered["filters"][chosen["filterby"]]["domain"]
        if chosen["search"]:
            domain &= offered["get_search_domain"](
                chosen["search_in"], chosen["search"]
            )
        pager = portal_pager(
            url=url,
            url_args=chosen,
            # counting all of them would cost more than showing one page
            total=model.search_count(domain, limit=(page + PAGES_AHEAD) * step),
            page=page,
            step=step,
        )
        order = offered["sortings"][chosen["sortby"]]["order"]
        records = model.search(domain, order=order, limit=step, offset=pager["offset"])
        everything = offered["domain"] & offered["filters"]["all"]["domain"]
        return records, {
            **chosen,
            # what an empty page says: none of these, or none at all
            "has_any": bool(records or model.search_count(everything, limit=1)),
            "default_url": url,
            "pager": pager,
            "searchbar_sortings": offered["sortings"],
            "searchbar_filters": offered["filters"],
            "searchbar_inputs": offered["inputs"],
        }

    def _client_neighbours(self, session_key, record, path=None):
        """Return the links to the documents before and after, as in the last list.

        Odoo's own ``get_records_pager`` puts an access token into them.

        :param str path: of the list, where the model has no ``access_url``
        """
        ids = request.session.get(session_key) or []
        if record.id not in ids:
            return {}
        position = ids.index(record.id)
        records = record.browse(ids)

        def link(place):
            if not 0 <= place < len(ids):
                return False
            return f"{path}/{ids[place]}" if path else records[place].access_url

        return {"prev_record": link(position - 1), "next_record": link(position + 1)}

    def _remember_list(self, session_key, ids):
        """Keep the order of a list for :meth:`_client_neighbours`."""
        ids = ids[:MAX_HISTORY]
        if request.session.get(session_key) != ids:
            request.session[session_key] = ids

    def _stream_file(self, attachments, attachment_id, download=None):
        """Return the response with one of the files that the caller has checked.

        :param attachments: ir.attachment as superuser, those that may be fetched
        :param int attachment_id: id as in the address
        :param download: truthy to offer it as a download
        :raise NotFound: it isn't one of them
        """
        file_sudo = attachments.filtered(lambda file: file.id == attachment_id)
        if not file_sudo:
            raise NotFound()
        # sudo: the caller has checked the record that the file belongs to
        stream = request.env["ir.binary"].sudo()._get_stream_from(file_sudo)
        mimetype = file_sudo.mimetype or ""
        inline = mimetype.startswith(INLINE_TYPES)
        is_pdf = mimetype == "application/pdf"
        response = stream.get_response(
            as_attachment=bool(download) or not inline,
            # the sandbox would keep browsers from opening a PDF
            content_security_policy="default-src 'none'" if is_pdf else FILE_POLICY,
        )
        response.headers["Cache-Control"] = "private, max-age=3600"
        return response

    def _stream_preview(self, preview_sudo, small=None):
        """Return the response with a picture that was made of a file.

        :param preview_sudo: client.piece.preview that the caller has checked
        :param small: truthy for a picture that fits into a list
        """
        # sudo: see above
        stream = (
            request.env["ir.binary"]
            .sudo()
            ._get_stream_from(preview_sudo, "thumbnail" if small else "image")
        )
        response = stream.get_response(content_security_policy=FILE_POLICY)
        response.headers["Cache-Control"] = "private, max-age=3600"
        return response
