"""What the history of a client leaves out, and why; a test asks for each reason."""

# Models with a client whose records are not logged by themselves.
MODELS = {
    "client.history": "it is the history",
    "client.history.head": "it is the history",
    "client.wall": "follows from the client's own flag, which is logged",
    "client.wall.member": "each grant and removal is told in a sentence",
    "client.wall.look": "each look is told in a sentence",
    "mail.alias": "the client's address for requests is told in a sentence",
    "client.clock.entry": "follows from the states of jobs and pieces",
}
# Lines of a logged model (one2many) whose own model is not logged.
LINES = {
    "account.analytic.account": "Odoo's own, of projects",
    "account.analytic.line": "hours; counted where a contract includes them",
    "account.bank.statement.line": "one's own bank; that an invoice is paid is told",
    "account.journal": "Odoo's own, of one's own accounts",
    "account.move.line": "what is on an invoice is told by its own chatter",
    "account.partial.reconcile": "that an invoice is paid is told",
    "client.clock.entry": "follows from the states of jobs and pieces",
    "client.piece.preview": "made from the file of the version",
    "discuss.channel.member": "talk",
    "discuss.channel.rtc.session": "talk",
    "hr.employee": "of people who work here",
    "ir.attachment": "each file that comes or goes is told in a sentence",
    "mail.activity": "talk",
    "mail.alias": "told in a sentence",
    "mail.followers": "talk; of a restricted client told in a sentence",
    "mail.message": "talk",
    "payment.token": "Odoo's own, of payment providers",
    "project.project": "of traffic, follows from the job",
    "project.task": "of traffic, follows from the job",
    "rating.rating": "talk",
    "res.company": "one's own",
    "res.users": "portal access is told in a sentence",
    "sale.order.line": "what is on an order is told by its own chatter",
}
# Stored fields of models that log only what people decide.
FIELDS = {
    "account.move": "what is done with it is told, what is on it by its own chatter",
    "account.payment": "what is done with it is told, what is on it by its own chatter",
    "sale.order": "what is done with it is told, what is on it by its own chatter",
    "client.contract.entry": "the schedule follows from the lines, which are logged; "
    "what is billed is told by the invoice",
    "client.contract.consumption": "counted from hours and pieces",
    "client.history.note": "each version is told as a whole",
}
