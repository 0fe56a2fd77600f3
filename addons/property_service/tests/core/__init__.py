from . import (
    test_parameter,
    test_parse_fuzz,
    test_parse_header,
    test_parse_identity,
    test_parse_money,
    test_parse_room,
    test_parse_sheet,
    test_parse_value,
    test_screens,
)
