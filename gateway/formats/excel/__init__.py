"""Spreadsheets (.xlsx, .xls, .xlsb, .ods): the rows of one sheet, as the trees that mappings read. They are only read."""
