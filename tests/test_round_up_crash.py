"""Killed half-way and started again, twice at once: everybody gets one mail."""

from odoo.tests import tagged

from .common_processes import ProcessCase

PEOPLE = 40
SET_UP = f"""
with registry.cursor() as cr:
    env = environment(cr)
    env["ir.cron"].search([]).active = False
    env["res.partner"].search([]).write({{
        "client_reminder_mail": "none", "client_news_mail": "none",
        "client_comment_mail": "now"}})
    client = env["res.partner"].create({{
        "name": "Crash", "legal_name": "Crash Ltd", "is_company": True,
        "is_client": True, "client_portal_access": "yes"}})
    contacts = env["res.partner"].create([{{
        "name": f"Person {{number}}", "parent_id": client.id, "tz": "UTC",
        "email": f"crash{{number}}@round.example", "client_reminder_hour": 0}}
        for number in range({PEOPLE})])
    env["res.users"].with_context(no_reset_password=True).create([{{
        "login": contact.email, "partner_id": contact.id,
        "group_ids": [(6, 0, env.ref("base.group_portal").ids)]}}
        for contact in contacts])
    job = env["client.job"].create({{
        "name": "Crash job", "client_id": client.id, "requester_id": contacts[0].id}})
    job.message_subscribe(contacts.ids)
    job.with_context(mail_notify_force_send=False).action_authorize()
    env["mail.mail"].search([]).unlink()
    env.flush_all()
    cr.execute("UPDATE client_round_up_item SET date = date - interval '1 day'")
    cr.commit()
"""
RUN = """
with registry.cursor() as cr:
    env = environment(cr)
    cr.commit()
    print("here", flush=True)
    sys.stdin.readline()
    env["client.round.up"]._cron_send()
"""
MAILS = """
SELECT rel.res_partner_id, count(*)
  FROM mail_mail_res_partner_rel rel
  JOIN res_partner partner ON partner.id = rel.res_partner_id
 WHERE partner.email LIKE '%@round.example'
 GROUP BY rel.res_partner_id
"""
MARKS = "SELECT partner_id, count(*) FROM client_round_up GROUP BY partner_id"


@tagged("post_install", "-at_install", "client_hub_long")
class TestRoundUpCrash(ProcessCase):
    def _count(self):
        [(count,)] = self._query("SELECT count(*) FROM client_round_up")
        return count

    def test_one_mail_for_everybody(self):
        self._finish(self._start(SET_UP))
        [killed] = self._begin(RUN, 1)
        self._kill(killed, lambda: self._count() >= 5)
        done = self._query(MARKS)
        self.assertLess(len(done), PEOPLE, "it was over before it was killed")
        self.assertEqual(sorted(self._query(MAILS)), sorted(done))

        for process in self._begin(RUN, 2):
            self._finish(process)
        mails = self._query(MAILS)
        self.assertEqual(len(mails), PEOPLE)
        self.assertEqual({count for __, count in mails}, {1})
        self.assertEqual(sorted(self._query(MARKS)), sorted(mails))
        self.assertFalse(self._query("SELECT 1 FROM client_round_up_item"))
