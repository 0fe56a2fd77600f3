from . import test_archive, test_identity, test_occupancy, test_portal
