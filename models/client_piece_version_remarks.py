"""Which remarks a version shows, where, and what a page may add to them."""

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain

POSITION_FIELDS = ("page", "x", "y", "text_start", "text_end")
TARGETS = ("whole", "layout", "text")
MAX_REMARK = 5000


class ClientPieceVersion(models.Model):
    """Remarks of a version, and those still open from the versions before it."""

    _inherit = "client.piece.version"

    # === BUSINESS METHODS === #

    def _get_remarks_domain(self):
        """Return the domain of the remarks that a page of the version shows.

        Its own, and of the versions before it those that were open when it was sent,
        or are.
        """
        self.ensure_one()
        earlier = Domain("version_id.number", "<", self.number)
        unsolved = Domain("resolved", "=", False)
        if self.sent_date:
            unsolved |= Domain("resolved_date", ">", self.sent_date)
        return (
            Domain("piece_id", "=", self.piece_id.id)
            & Domain("parent_id", "=", False)
            & (Domain("version_id", "=", self.id) | (earlier & unsolved))
        )

    def _has_remarks_of(self, contact):
        """Tell whether a contact remarked on this version: he has said what to do."""
        self.ensure_one()
        # sudo: only whether there are some
        remarks_sudo = self.sudo().remark_ids
        return any(
            row.author_id == contact and not row.is_internal and not row.resolved
            for row in remarks_sudo
        )

    def _get_remark_place(self, remark):
        """Return where a remark stands on this version.

        A remark of an earlier version keeps its place on the file with the same rank,
        and its words if they are still there.

        :return: dict ``attachment_id page x y`` or ``start end``; None on the whole
        """
        self.ensure_one()
        if remark.target == "text":
            return self._get_remark_range(remark)
        if remark.target != "layout" or not remark.attachment_id:
            return None
        files = self.attachment_ids.sorted("id")
        ids = remark.version_id.attachment_ids.sorted("id").ids
        if remark.attachment_id.id not in ids:
            return None  # taken out of a version that was not sent yet
        rank = ids.index(remark.attachment_id.id)
        if rank >= len(files) or files[rank].mimetype != remark.attachment_id.mimetype:
            return None
        return {
            "attachment_id": files[rank].id,
            "page": remark.page,
            "x": remark.x,
            "y": remark.y,
        }

    def _get_remark_range(self, remark):
        """Return ``{start, end}`` of the words a remark is about, or None."""
        if not remark.quote:
            return None
        text = self.body_text or ""
        start = remark.text_start
        if text[start : remark.text_end] != remark.quote:
            if text.count(remark.quote) != 1:
                return None
            start = text.index(remark.quote)
        return {"start": start, "end": start + len(remark.quote)}

    def _get_text_parts(self, remarks):
        """Return the text cut where remarks begin and end.

        :param remarks: client.piece.remark of the page
        :return: list of ``(text, numbers)``, numbers of the remarks on that part
        """
        self.ensure_one()
        text = self.body_text or ""
        ranges = [
            (place["start"], place["end"], remark.number)
            for remark in remarks.filtered(lambda row: row.target == "text")
            if (place := self._get_remark_place(remark))
        ]
        cuts = sorted({0, len(text), *(cut for row in ranges for cut in row[:2])})
        return [
            (text[start:end], [row[2] for row in ranges if row[0] <= start < row[1]])
            for start, end in zip(cuts, cuts[1:], strict=False)
        ]

    def _check_remark_body(self, body):
        """Return a remark's text without blanks around it.

        :raise UserError: nothing written, or too much
        """
        body = str(body or "").strip()
        if not body:
            raise UserError(self.env._("A remark is empty: write it or remove it."))
        if len(body) > MAX_REMARK:
            raise UserError(
                self.env._(
                    "A remark has at most %(count)s characters.", count=MAX_REMARK
                )
            )
        return body

    def _prepare_remark_values(self, contact, remark):
        """Return the checked values of a remark that came from a page.

        :param contact: res.partner who writes it
        :param dict remark: see ``client.piece._portal_decide``; ``quote`` stands for
            ``text_start`` and ``text_end``
        :raise UserError: the remark is empty, too long or out of place
        """
        self.ensure_one()
        values = {
            "version_id": self.id,
            "author_id": contact.id,
            "target": remark.get("target") or "whole",
            "body": self._check_remark_body(remark.get("body")),
            "is_internal": False,
        }
        if values["target"] not in TARGETS:
            raise UserError(
                self.env._("A remark is about the whole, the layout or the text.")
            )
        values.update(self._read_remark_place(remark))
        if not self._is_remark_place(values):
            raise UserError(self.env._("A remark points outside of the piece."))
        if values["target"] == "text" and not values.get("text_end"):
            values.update(self._find_quote(remark.get("quote")))
        return values

    def _read_remark_place(self, remark):
        """Return the place of a remark as numbers.

        :raise UserError: it can't be read, or is in another version's file
        """
        values = {}
        try:
            for name in POSITION_FIELDS:
                if remark.get(name) not in (None, "", False):
                    number = float(remark[name])
                    values[name] = number if name in ("x", "y") else int(number)
            attachment_id = int(remark.get("attachment_id") or 0)
        except (TypeError, ValueError, OverflowError) as error:
            raise UserError(
                self.env._("The place of a remark can't be read.")
            ) from error
        if attachment_id:
            # sudo: compares ids only
            if attachment_id not in self.sudo().attachment_ids.ids:
                raise UserError(
                    self.env._("A remark points at a file of another version.")
                )
            values["attachment_id"] = attachment_id
        return values

    def _find_quote(self, quote):
        """Return the range of words that a person typed instead of marking them.

        :raise UserError: the text has no such words
        """
        quote = str(quote or "").strip()
        if not quote:
            return {}
        start = (self.body_text or "").find(quote)
        if start < 0:
            raise UserError(
                self.env._(
                    "“%(words)s” is not in the text: copy the words as they are there.",
                    words=quote[:80],
                )
            )
        return {"text_start": start, "text_end": start + len(quote)}

    def _is_remark_place(self, values):
        """Tell whether a remark's place is inside the version."""
        start = values.get("text_start", 0)
        end = values.get("text_end", start)
        return (
            # written so that "not a number" is refused as well
            all(0 <= values.get(name, 0) <= 1 for name in ("x", "y"))
            and 1 <= values.get("page", 1) < 10**5
            and 0 <= start <= end <= len(self.body_text or "")
        )

    def _portal_remark(self, contact, remark):
        """Write a contact's remark on the version that is with the client.

        :param contact: res.partner who writes it
        :param dict remark: see :meth:`_prepare_remark_values`
        :return: client.piece.remark
        :raise UserError: a sentence for the person; nothing was written
        """
        self.ensure_one()
        piece = self.piece_id
        piece._check_portal_talker(contact)
        piece._lock_for_decision()
        if piece.state != "awaiting_approval" or self != piece.current_version_id:
            raise UserError(
                self.env._("Remarks are for the version that waits for a decision.")
            )
        values = self._prepare_remark_values(contact, remark)
        # sudo: remarks of the client's people are written only here and with a
        # decision, after the checks above
        Remark = self.env["client.piece.remark"].sudo()
        twin = Remark.search(
            [
                (name, "=", values.get(name, False))
                for name in ("version_id", "author_id", "target", "body")
            ]
            + [("attachment_id", "=", values.get("attachment_id", False))]
            + [("resolved", "=", False)],
            order="id desc",
            limit=1,
        )
        if twin and all(
            abs((values.get(name) or 0) - twin[name]) < 1e-4 for name in ("x", "y")
        ):
            return twin  # a second click
        return Remark.create(values)
