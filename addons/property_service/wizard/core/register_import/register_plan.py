# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What rows of a register mean: the unit, and the estate and building it stands in."""

from dataclasses import dataclass, field


@dataclass(eq=False)
class EstateSlot:
    """An estate of the paper: known, or to be made."""

    name: str
    record: object = None

    def forget(self):
        """Forget a record that was rolled back."""
        self.record = None


@dataclass(eq=False)
class BuildingSlot:
    """A building of the paper: known, or to be made."""

    estate: EstateSlot
    name: str
    record: object = None
    floors: int = 0

    def forget(self):
        """Forget a record that was rolled back."""
        self.record = None


@dataclass(eq=False)
class UnitPlan:
    """What a row says of a unit, and what is known of it."""

    location: object
    values: dict
    people: list
    date_start: object = None
    title_number: str = ""
    estate: EstateSlot = None
    building: BuildingSlot = None
    unit: object = None
    changes: dict = field(default_factory=dict)
    #: `Person` of each owner
    owners: list = field(default_factory=list)
    #: whether the owners are to be entered; else they are in the system already
    enters_owners: bool = False

    @property
    def status(self):
        """new, changed or unchanged."""
        if not self.unit:
            return "new"
        return "changed" if self.changes else "unchanged"
