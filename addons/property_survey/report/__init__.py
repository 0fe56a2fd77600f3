from . import campaign
from . import analysis
from . import relation
