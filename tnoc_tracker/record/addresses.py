"""Numbers in addresses: ``<id:person>`` is a row's number, and nothing that no row of any database can have.

Importing this module makes the converter known; every list of addresses that uses it does.
"""

from django.urls import register_converter
from django.urls.converters import IntConverter


class IdConverter(IntConverter):
    """A number of eighteen digits at most: SQLite and PostgreSQL number their rows with 64 bits."""

    regex = "[0-9]{1,18}"


register_converter(IdConverter, "id")
