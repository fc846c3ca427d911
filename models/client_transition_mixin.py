from odoo import api, models, tools
from odoo.exceptions import AccessError, UserError


class ClientTransitionMixin(models.AbstractModel):
    """One table of states, checked in ``write``.

    Buttons, RPC, imports and automations all pass ``write``, so the table holds for
    each of them. The work that belongs to a state goes to ``_on_<state>()``.
    """

    _name = "client.transition.mixin"
    _description = "State Table"

    _transition_field = "state"
    _transition_initial = "draft"
    # target -> set of allowed sources
    _transitions = {}
    # target -> group that may set it by hand
    _transition_groups = {}
    # fields that only the addon's own code (as superuser) writes; each class that
    # extends a model names its own, see _all_system_fields()
    _system_fields = frozenset()
    # states whose column a board shows empty as well: where the work passes by
    _board_states = frozenset()

    # === COMPUTE METHODS === #

    def _expand_states(self, values, domain):
        """Return the columns of a board by state: those with records, and the usual.

        The others would only be in the way of what somebody has to do.
        """
        field = self._fields[self._transition_field]
        return [
            state
            for state in field.get_values(self.env)
            if state in self._board_states or state in values
        ]

    # === CRUD METHODS === #

    @api.model
    def default_get(self, fields):
        """Take no system field, and no other than the first state, from a context."""
        if self.env.su:
            return super().default_get(fields)
        closed = {f"default_{name}" for name in self._all_system_fields()}
        closed.add(f"default_{self._transition_field}")
        if not closed & self.env.context.keys():
            return super().default_get(fields)
        context = {
            key: value for key, value in self.env.context.items() if key not in closed
        }
        model = self.with_context(context)  # pylint: disable=context-overridden
        return super(ClientTransitionMixin, model).default_get(fields)

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse another than the initial state, except for superuser code."""
        for vals in vals_list:
            self._check_system_fields(vals)
            state = vals.get(self._transition_field, self._transition_initial)
            if state != self._transition_initial and not self.env.su:
                raise UserError(
                    self.env._(
                        "A new record begins as “%(initial)s”.",
                        initial=self._get_state_label(self._transition_initial),
                    )
                )
        return super().create(vals_list)

    def write(self, vals):
        """Check the state table and run the hook of the new state."""
        self._check_system_fields(vals)
        field = self._transition_field
        if field not in vals:
            return super().write(vals)
        # before a message names the record
        self.check_access("write")
        target = vals[field]
        moving = self.filtered(lambda record: record[field] != target)
        moving._check_transition(target)
        sources = {record.id: record[field] for record in moving}
        result = super().write(vals)
        if moving:
            moving._on_transition(target, sources)
        return result

    # === BUSINESS METHODS === #

    def _check_transition(self, target):
        """Raise unless each record of ``self`` may go to the state ``target``.

        :raise AccessError: the user's role doesn't allow this state
        :raise UserError: the table doesn't allow it from the current state
        """
        if target not in dict(self._fields[self._transition_field].selection):
            raise UserError(self.env._("“%(state)s” is not a state.", state=target))
        if self:
            self._check_transition_group(target)
        sources = self._transitions.get(target, set())
        for record in self:
            if record[self._transition_field] not in sources:
                raise UserError(
                    self.env._(
                        "“%(name)s” is “%(before)s” and can't become “%(after)s”.",
                        name=record.display_name,
                        before=record._get_state_label(),
                        after=record._get_state_label(target),
                    )
                )

    def _check_transition_group(self, target):
        """Raise unless the user's role may set the state ``target``.

        :raise AccessError: it may not
        """
        group = self._transition_groups.get(target)
        if group and not self.env.su and not self.env.user.has_group(group):
            raise AccessError(
                self.env._(
                    "Your role does not allow you to set “%(state)s”.",
                    state=self._get_state_label(target),
                )
            )

    def _check_system_fields(self, vals):
        """Raise if a person tries to write what only the addon itself writes."""
        if self.env.su:
            return
        system = self._all_system_fields()
        forbidden = [name for name in vals if name in system]
        if any(vals[name] for name in forbidden) or (self and forbidden):
            raise AccessError(
                self.env._(
                    "These fields are set by the system: %(names)s.",
                    names=", ".join(forbidden),
                )
            )

    @api.model
    @tools.ormcache("self._name")
    def _all_system_fields(self):
        """Return the system fields of all the classes that make up this model."""
        return frozenset().union(
            *(vars(cls).get("_system_fields", ()) for cls in type(self).__mro__)
        )

    def _draw_numbers(self, code):
        """Number new records that have no number.

        :param str code: code of the sequence
        """
        # sudo: the number is a system field; who may create the record draws one
        for record_sudo in self.sudo():
            if not record_sudo.number:
                sequence = record_sudo.env["ir.sequence"]
                sequence = sequence.with_company(record_sudo.company_id)
                record_sudo.number = sequence.next_by_code(code)

    def _get_state_label(self, state=None):
        """Return the label of a state, by default the record's own."""
        field = self._fields[self._transition_field]
        state = state or self[self._transition_field]
        return dict(field._description_selection(self.env)).get(state, state)

    def _on_transition(self, target, sources):
        """Hook: records of ``self`` have just reached ``target``.

        :param str target: the new state
        :param dict sources: ``{record id: state before}``
        """
        method = getattr(self, f"_on_{target}", None)
        if method:
            method()
