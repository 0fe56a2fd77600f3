from .analysis import *
from .campaign import *
from .relation import *
