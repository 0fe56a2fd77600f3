from . import (
    test_renovation_links,
    test_renovation,
    test_renovation_access,
    test_renovation_money,
    test_renovation_small,
    test_site,
    test_violation,
)
