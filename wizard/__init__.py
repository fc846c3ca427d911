from . import client_budget_revise
from . import client_job_refuse
from . import client_piece_decide
