"""Engines of the import of registers, one per kind of paper."""

from .fees import FeeEngine
from .parking import ParkingEngine
from .payments import PaymentEngine
from .register import RegisterEngine

#: value of `property.register.import.kind` -> engine
ENGINES = {
    "register": RegisterEngine,
    "parking": ParkingEngine,
    "fees": FeeEngine,
    "payments": PaymentEngine,
}
