from .activity import *
from .club import *
