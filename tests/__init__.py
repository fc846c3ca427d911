from . import test_client_import
from . import test_client_workbook
from . import test_foundation
from . import test_module_conventions
from . import test_portal_access
from . import test_reports
from . import test_tours
from . import test_walk
