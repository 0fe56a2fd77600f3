from .core import *
from .estate import *
from .fee import *
from .people import *
from .ticket import *
from .patrol import *
