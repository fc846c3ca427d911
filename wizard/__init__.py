from . import client_report_wizard
