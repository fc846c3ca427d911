from . import client_report_wizard
from . import account_move_reversal
from . import client_billing_wizard
from . import client_contract_approve_wizard
from . import client_contract_entry_wizard
from . import client_contract_extra_wizard
from . import portal_wizard_user
