# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The user's words for what `tools` can only name by a code."""

from odoo.tools import format_date


def file_problem(env, error):
    """Return what is wrong with a file and what to do, for a `SheetError`."""
    megabyte = 1024 * 1024
    if error.code == "too_large":
        return env._(
            "The file is too large: %(size)d MB, at most %(limit)d MB can be read. Save the sheet "
            "alone in a new workbook, or split it into several files.",
            size=max(error.params["size"] // megabyte, 1),
            limit=error.params["limit"] // megabyte,
        )
    if error.code == "too_many_rows":
        return env._(
            "The file has more than %(limit)d rows. Split it into several files.",
            limit=error.params["limit"],
        )
    if error.code == "not_spreadsheet":
        return _not_spreadsheet(env, error.params.get("kind"))
    return {
        "empty": env._("The file is empty. Choose the file again."),
        "password": env._(
            "The file is protected by a password. Open it, save a copy without password, and "
            "choose the copy."
        ),
        "corrupt": env._(
            "The file is damaged and cannot be read. Open it in the spreadsheet program, save it "
            "as a new .xlsx file, and choose that."
        ),
        "encoding": env._(
            "The text of the file is in an unknown encoding. Open it in the spreadsheet program "
            "and save it as .xlsx, or as CSV in UTF-8 or GBK."
        ),
        "no_rows": env._("The workbook has no filled cell. Choose another file."),
    }[error.code]


def _not_spreadsheet(env, kind):
    if kind == "html":
        return env._(
            "The file is a web page with the name of a spreadsheet, as some systems export it. "
            "Open it in the spreadsheet program and save it as .xlsx."
        )
    if kind in ("xlsb", "opendocument"):
        return env._(
            "This kind of workbook cannot be read. Open it in the spreadsheet program and save it "
            "as .xlsx."
        )
    names = {
        "pdf": "PDF",
        "word": "Word",
        "slides": "PowerPoint",
        "image": env._("a picture"),
        "archive": env._("a packed archive"),
        "program": env._("a program"),
    }
    return env._(
        "The file is no spreadsheet but %(kind)s. Choose an .xlsx, .xls or CSV file.",
        kind=names.get(kind) or env._("something else"),
    )


class ValueTexts:
    """What is wrong with a cell and what to do about it, by field and code."""

    def __init__(self, env):
        self._special = {
            ("number", "missing"): env._(
                "the unit number is missing. Fill it in: nothing can be charged to a unit without "
                "a number."
            ),
            ("gross_area", "missing"): env._(
                "the area is missing. Fill in the gross floor area of the title certificate."
            ),
            ("gross_area", "zero"): env._(
                "the area is zero. Fill in the gross floor area of the title certificate."
            ),
            ("gross_area", "negative"): env._(
                "the area is below zero. Fill in the gross floor area of the title certificate."
            ),
            ("gross_area", "not_a_number"): env._(
                "no area can be read. Fill in a number of square metres, such as 111.86."
            ),
            ("phone", "missing"): env._("the phone number is missing. Fill it in."),
        }
        self._texts = {
            "missing": env._("nothing is filled in. Fill it in."),
            "formula": env._(
                "the cell holds a formula without a result. Open the file in the spreadsheet "
                "program and save it, or enter the value itself."
            ),
            "error_value": env._("the formula failed. Mend it or enter the value itself."),
            "became_date": env._(
                "the spreadsheet made a date of what was typed. Format the cell as text and type "
                "it again."
            ),
            "not_a_number": env._("no number can be read. Enter figures only."),
            "zero": env._("zero cannot be. Enter the true figure."),
            "negative": env._("a figure below zero cannot be. Enter the true figure."),
            "unreadable_date": env._("no date can be read. Write it as 2026-01-31."),
            "incomplete_date": env._("the day is missing. Write the full date as 2026-01-31."),
            "two_digit_year": env._("the year has two digits. Write the full date as 2026-01-31."),
            "impossible_date": env._("there is no such day. Correct the date."),
            "date_out_of_range": env._("the date is before 1900 or after 2100. Correct it."),
            "unreadable_phone": env._(
                "no phone number can be read. Enter a mobile number of 11 digits or a landline "
                "with its area code."
            ),
            "phone_lost_digits": env._(
                "the spreadsheet has shortened the number. Format the cell as text and type it "
                "again."
            ),
            "id_count": env._(
                "there are not as many ID numbers as people, so nobody's number is certain. Enter "
                "one for each person in the same order, parted by “、”."
            ),
            "id_lost_digits": env._(
                "the spreadsheet has replaced the last digits of the ID number by zeros. Format "
                "the cell as text and type the number again from the card."
            ),
            "id_length": env._("a resident ID number has 18 characters. Compare it with the card."),
            "id_characters": env._(
                "the number has characters no such number has. Compare it with the paper."
            ),
            "id_region": env._("the first digits name no province. Compare it with the card."),
            "id_birth_date": env._(
                "the digits 7 to 14 of the ID number are no date of birth. Compare it with the "
                "card."
            ),
            "id_check_digit": env._(
                "the ID number fails its check digit. Compare it with the card, digit by digit."
            ),
            "uscc_check_digit": env._(
                "the social credit code fails its check character. Compare it with the licence."
            ),
            "id_unknown": env._("it is like no ID number known. Compare it with the paper."),
            "unreadable_floor": env._("no single floor can be read. Enter one number."),
            "unreadable_building": env._("no building can be read. Enter it as 1栋."),
            "unreadable_room": env._("no room can be read. Write it as 1栋-1单元-101."),
            "no_building": env._(
                "the building is missing. Fill in the building, or write the room as 1栋-1单元-101."
            ),
            "other_building": env._(
                "the room names another building than the column of buildings. Correct one of them."
            ),
        }

    def of(self, field, code):
        """Return the sentence for `code` in the column of `field`."""
        return self._special.get((field, code)) or self._texts[code]


def shown(env, value):
    """Return a cell's value as it may be quoted: one line, not endless."""
    if value is None:
        return ""
    if hasattr(value, "year"):
        return format_date(env, value)
    text = " ".join(str(value).split())
    return text if len(text) <= 60 else f"{text[:59]}…"
