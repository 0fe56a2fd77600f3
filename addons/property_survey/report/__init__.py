from . import analysis
from . import campaign
from . import relation
