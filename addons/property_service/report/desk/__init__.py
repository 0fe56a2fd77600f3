from . import gate_pass_form
