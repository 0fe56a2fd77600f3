from . import activity
from . import club
