"""What kept a run from billing, in the language of each person who reads it."""

from collections import defaultdict

from odoo import models
from odoo.exceptions import RedirectWarning, UserError

from ..tools import nightly


class ClientBillingRun(models.Model):
    """Stores its sentences in all the languages that colleagues use.

    Odoo's own errors are sentences, without what they were made of: to have one in
    another language, what raised it is tried once more in that language.
    """

    _inherit = "client.billing.run"

    def _by_language(self):
        """Return ``{language: this run in it}``, that of its person first.

        :return: dict; the first stands for languages that nobody used at the time
        """
        # sudo: which languages colleagues use, nothing else
        groups = (
            self.env["res.users"]
            .sudo()
            ._read_group([("share", "=", False)], ["partner_id.lang"])
        )
        installed = {code for code, _name in self.env["res.lang"].get_installed()}
        used = {code for (code,) in groups} & installed
        own = self.env.lang or "en_US"
        return {
            code: self.with_context(lang=code) for code in (own, *sorted(used - {own}))
        }

    def _record_known_problems(self, problems):
        """Store the sentences that were found before anything was billed.

        :param dict problems: ``{entry: sentence}``, see ``_get_known_problems``
        """
        if not problems:
            return
        entries = self.env["client.contract.entry"].concat(*problems)
        sentences = defaultdict(dict)
        for lang, run in self._by_language().items():
            found = run._get_known_problems(entries.with_context(lang=lang))
            for entry, problem in problems.items():
                sentences[entry][lang] = found.get(entry) or problem
        for entry, texts in sentences.items():
            self._write_problem(entry, texts)

    def _record_error(self, entries, error, again=True):
        """Store what an error says to an accountant.

        :param entries: client.contract.entry of one invoice, or of a chunk
        :param Exception error: what creating or confirming the invoice raised
        :param bool again: the entries are those of one invoice that can be tried again
        """
        texts = {}
        told_by_odoo = isinstance(error, (UserError, RedirectWarning))
        for lang, run in self._by_language().items():
            said = error
            if texts and told_by_odoo and again:
                said = run._probe(entries.with_context(lang=lang)) or error
            texts[lang] = run._get_problem_sentence(said)
        self._write_problem(entries, texts)

    def _write_problem(self, entries, texts):
        """Store a sentence in its languages, and none of before.

        :param dict texts: ``{language: sentence}``, the one for the others first
        """
        entries = entries._as_system()
        entries.billing_error = False
        for lang, text in texts.items():
            entries.with_context(lang=lang).billing_error = text

    def _write_stop_reason(self, error):
        """Store why the run can't go on, as its person would be told.

        :param Exception error: what its next step raised
        """
        self.stop_reason = False
        for lang, run in self._as_its_user()._by_language().items():
            said = error
            if isinstance(error, (UserError, RedirectWarning)):
                said = nightly.attempt(run, "_lock_next_chunk") or error
            text = run._get_problem_sentence(said)
            self.with_context(lang=lang).stop_reason = text
