#!/usr/bin/env python3
"""Bring the translation files up to date: tools/translate.py export | merge FILE.po …

    tools/translate.py export            terms of the addons into i18n/*.pot and i18n/zh_CN.po
    tools/translate.py merge FILE.po …   fill what is untranslated from other files

Export reads the terms from the test database, brought up to date first. What is translated
stays so, what is no longer used goes. Both list the terms that have no Chinese yet; with
--untranslated FILE.po these are written to a file to be filled and merged. With --overwrite
a merged file's translations replace those that are there.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from devenv.base import INSIDE
from main import execute_with_oca

if __name__ == "__main__":
    execute_with_oca([INSIDE / "translate.py", *sys.argv[1:]])
