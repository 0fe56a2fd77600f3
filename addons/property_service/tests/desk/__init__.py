from . import test_gate_pass, test_venue
