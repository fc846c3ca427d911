from . import client_card_report
from . import client_history_report
from . import billing_statement_report
from . import client_fee_mixin
from . import client_fee_forecast
from . import client_mrr_report
from . import client_budget_follow_up_report
from . import client_clock_report
