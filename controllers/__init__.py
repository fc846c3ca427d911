from . import client_files
from . import client_import
from . import portal_client
from . import portal_contracts
from . import portal_job_form
from . import portal_jobs
from . import portal_pieces
from . import portal_wall
