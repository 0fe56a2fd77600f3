"""Plain-Python tools of the suite: reading the papers of a property company.

Nothing here imports Odoo, so every part can be used and tested without a database:

``sheet``     a workbook or CSV file -> sheets of numbered rows
``layout``    which columns each kind of paper has, and under which names
``header``    finds the header line of a sheet and maps its columns to fields
``record``    the data lines under a header, without totals, notes and blank lines
``text``      clean text, Chinese numerals
``value``     one cell -> a number, a date, phones, people
``room``      buildings, entrances, floors and rooms, also out of a payment's free text
``identity``  resident ID, social credit code and other ID numbers; masking
``money``     rounding, part months, amounts in capitals, month arithmetic

Errors carry a code and parameters, never a sentence: the Odoo side words them for the user.
"""
