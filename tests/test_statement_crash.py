"""Killed half-way and started again, twice at once: one statement for each client."""

from odoo.tests import tagged

from .common_processes import ProcessCase

CLIENTS = 12
SET_UP = f"""
with registry.cursor() as cr:
    env = environment(cr)
    env["ir.cron"].search([]).active = False
    clients = env["res.partner"].create([{{
        "name": f"Crash {{number}}", "legal_name": f"Crash {{number}} Ltd",
        "is_company": True, "is_client": True,
        "email": f"crash{{number}}@statement.example"}} for number in range({CLIENTS})])
    env["client.statement.schedule"].search([]).active = False
    env["client.statement.schedule"].create({{
        "name": "Crash", "scope": "only", "client_ids": [(6, 0, clients.ids)],
        "condition": "always", "date_next": date.today()}})
    env["mail.mail"].search([]).unlink()
    cr.commit()
"""
RUN = """
from odoo.addons.client_hub.models import client_statement_sending
client_statement_sending.TOGETHER = 2
with registry.cursor() as cr:
    env = environment(cr)
    cr.commit()
    print("here", flush=True)
    sys.stdin.readline()
    env["client.statement.sending"]._cron_send()
"""
SENT = """
SELECT client_id, count(*) FROM client_statement_sending
 WHERE state = 'sent' GROUP BY client_id ORDER BY client_id
"""
MAILS = """
SELECT row.client_id, count(*)
  FROM mail_mail mail
  JOIN mail_message message ON message.id = mail.mail_message_id
  JOIN client_statement_sending row ON row.id = message.res_id
  JOIN message_attachment_rel file ON file.message_id = message.id
 WHERE message.model = 'client.statement.sending'
 GROUP BY row.client_id ORDER BY row.client_id
"""


@tagged("post_install", "-at_install", "client_hub_long")
class TestStatementCrash(ProcessCase):
    def test_one_statement_for_each_client(self):
        self._finish(self._start(SET_UP))
        [killed] = self._begin(RUN, 1)
        self._kill(killed, lambda: self._query(SENT))
        done = self._query(SENT)
        self.assertLess(len(done), CLIENTS, "it was over before it was killed")
        self.assertEqual(self._query(MAILS), done)

        # of two at once, one may be told to try again by the database
        for process in self._begin(RUN, 2):
            _output, errors = process.communicate(timeout=600)
            if process.returncode:
                self.assertIn("could not serialize", errors)
        self._finish(self._start(RUN), "go\n")
        sent = self._query(SENT)
        self.assertEqual([count for _client, count in sent], [1] * CLIENTS)
        self.assertEqual(self._query(MAILS), sent)
