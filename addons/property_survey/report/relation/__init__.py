from . import relation_forms
from . import property_register_relation
