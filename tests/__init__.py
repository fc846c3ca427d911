from . import test_foundation
from . import test_module_conventions
from . import test_portal_access
from . import test_reports
