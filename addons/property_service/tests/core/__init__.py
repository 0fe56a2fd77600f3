from . import (
    test_parse_fuzz,
    test_parse_header,
    test_parse_identity,
    test_parse_money,
    test_parse_room,
    test_parse_sheet,
    test_parse_value,
    test_register_import_fees,
    test_register_import_files,
    test_register_import_parking,
    test_register_import_payments,
    test_register_import_register,
)
