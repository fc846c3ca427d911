# Run in an Odoo shell on each new template database (never on a real one).

# PDFs wait a second for scripts by default; the reports have none.
env["ir.config_parameter"].set_param("report.print_delay", "0")  # noqa: F821
env.cr.commit()  # noqa: F821
