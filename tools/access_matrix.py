#!/usr/bin/env python3
"""Print who may do what with our models: tools/access_matrix.py [--write].

With --write it goes into tests/access_matrix.csv. Review the difference line by line: the
test compares the database with that file, so what is written there is what is promised.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from devenv.base import INSIDE
from main import execute_with_oca

if __name__ == "__main__":
    execute_with_oca([INSIDE / "print_access.py", *sys.argv[1:]])
