from . import test_foundation
from . import test_module_conventions
from . import test_portal_access
from . import test_portal_jobs
from . import test_portal_pieces
from . import test_portal_tours
from . import test_reports
