from . import (
    property_register_renovation,
    renovation_forms,
)
