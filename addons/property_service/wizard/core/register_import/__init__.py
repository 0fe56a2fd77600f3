"""Engines of the import of registers, one per kind of paper."""

from .fees import FeeEngine
from .meters import MeterEngine
from .parking import ParkingEngine
from .payments import PaymentEngine
from .register import RegisterEngine

#: value of `property.register.import.kind` -> engine
ENGINES = {
    "register": RegisterEngine,
    "parking": ParkingEngine,
    "fees": FeeEngine,
    "meters": MeterEngine,
    "payments": PaymentEngine,
}
