from . import (
    property_register_callback,
    property_register_visits,
    property_register_patrol,
    callback_forms,
)
