from . import client_history_report
from . import billing_statement_report
