"""Records whose holder is clocked: client, agency, or a third party."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang

from ..tools.clock import share
from .client_clock_entry import HOLDERS

COLORS = {"agency": "bg-primary", "client": "bg-warning", "third": "bg-info"}


class ClientClockMixin(models.AbstractModel):
    """Keeps one open stretch of time per record, in the hands of its holder."""

    _name = "client.clock.mixin"
    _description = "Clocked Document"
    _system_fields = frozenset({"clock_holder", "clock_third_party"})

    clock_holder = fields.Selection(
        string="In the hands of",
        selection=HOLDERS,
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="base.group_user",
    )
    clock_third_party = fields.Char(
        string="Third party", readonly=True, copy=False, groups="base.group_user"
    )
    clock_bar = fields.Html(
        string="Clock",
        compute="_compute_clock_bar",
        sanitize=False,
        groups="base.group_user",
    )

    # === COMPUTE METHODS === #

    @api.depends("clock_holder", "clock_third_party")
    @api.depends_context("lang")
    def _compute_clock_bar(self):
        for record in self:
            record.clock_bar = record._render_clock_bar()

    # === ACTION METHODS === #

    def action_give_to_third_party(self):
        """Open the dialog that says who else has it."""
        self.check_access("write")
        for record in self:
            if record._get_state_holder() != "agency":
                raise UserError(
                    self.env._(
                        "“%(name)s” is not in our hands now.", name=record.display_name
                    )
                )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("With a third party"),
            "res_model": "client.clock.third",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_res_model": self._name,
                "default_res_ids": ",".join(map(str, self.ids)),
            },
        }

    def action_take_back(self):
        """Say that the third party has done its part."""
        self.check_access("write")
        self._set_third_party(False)

    def action_open_clock(self):
        """Open the stretches of time."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_hub.client_clock_entry_action"
        )
        action["domain"] = self._get_clock_domain()
        action["context"] = {}
        return action

    # === BUSINESS METHODS === #

    def _get_state_holder(self):
        """Return who has the record by its state, or False; hook."""
        return False

    def _get_clock_domain(self):
        """Return the domain of the record's own stretches; hook."""
        raise NotImplementedError

    def _prepare_clock_values(self):
        """Return what a new stretch of the record points at; hook."""
        raise NotImplementedError

    def _set_third_party(self, name):
        """Give the records to somebody outside, or take them back.

        :param name: text, or False
        """
        # sudo: a system field; the callers checked the right to the record
        self.sudo().write({"clock_third_party": name})
        self._sync_clock()

    def _sync_clock(self, moment=None):
        """Begin a new stretch for each record that somebody else holds now.

        :param moment: naive UTC datetime, by default now
        """
        moment = moment or fields.Datetime.now()
        # sudo: the clock is kept up by the system
        entries_sudo = self.env["client.clock.entry"].sudo()
        for record_sudo in self.sudo():
            holder = record_sudo._get_state_holder()
            if holder == "agency" and record_sudo.clock_third_party:
                holder = "third"
            elif record_sudo.clock_third_party:
                record_sudo.clock_third_party = False
            third_party = record_sudo.clock_third_party
            last = entries_sudo.search(
                [*record_sudo._get_clock_domain(), ("date_end", "=", False)], limit=1
            )
            if record_sudo.clock_holder != holder:
                record_sudo.clock_holder = holder
            if (last.holder, last.third_party) == (holder, third_party):
                continue
            last._end(moment)
            if holder:
                entries_sudo.create(
                    {
                        **record_sudo._prepare_clock_values(),
                        "holder": holder,
                        "third_party": third_party,
                        "state_label": record_sudo._get_state_label(),
                        "date_start": moment,
                    }
                )

    def _get_clock_shares(self):
        """Return the working days per holder up to now.

        :return: ``(days, total)``: ``{label: (holder, days)}`` in the order in which
            they first had it, rounded so that they add up to ``total``
        """
        self.ensure_one()
        labels = dict(self._fields["clock_holder"]._description_selection(self.env))
        # sudo: the record's own stretches, shown to who reads the record
        entries_sudo = self.env["client.clock.entry"].sudo()
        entries = entries_sudo.search(self._get_clock_domain(), order="date_start, id")
        holders, seconds = {}, {}
        for entry, spent in entries._count().items():
            label = entry.third_party or labels[entry.holder]
            holders[label] = entry.holder
            seconds[label] = seconds.get(label, 0) + spent
        hours = self._get_clock_calendar().sudo().hours_per_day or 8.0
        days = share({key: value / 3600 / hours for key, value in seconds.items()})
        return (
            {label: (holders[label], days[label]) for label in days},
            round(sum(days.values()), 1),
        )

    def _render_clock_bar(self):
        """Return the bar that shows who had the record for how many working days."""
        if not self.id:
            return False
        shares, total = self._get_clock_shares()
        if not shares:
            return False
        bars, legend = Markup(), Markup()
        for label, (holder, days) in shares.items():
            text = self.env._("%(days)s d", days=formatLang(self.env, days, digits=1))
            width = round(100 * days / total, 2) if total else 100 / len(shares)
            bars += Markup(
                '<div class="progress-bar %s" style="width: %s%%" title="%s: %s"></div>'
            ) % (COLORS[holder], width, label, text)
            legend += Markup(
                '<span class="me-3 text-nowrap"><span class="badge rounded-pill %s'
                ' me-1">&#8203;</span>%s <strong>%s</strong></span>'
            ) % (COLORS[holder], label, text)
        return Markup(
            '<div class="o_client_clock"><div class="progress" role="img"'
            ' aria-label="%s" style="height: 8px">%s</div>'
            '<div class="small mt-1">%s</div></div>'
        ) % (self.env._("Working days per holder"), bars, legend)
