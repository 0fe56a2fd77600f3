from . import test_gate_pass
