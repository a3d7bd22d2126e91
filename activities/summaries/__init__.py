"""What the pages say of a whole plan: figures as frozen dataclasses, each made from one ``Reading``.

A figure that counts rows carries where those rows are (``Rows``), so that a page can lead to exactly them.
Nothing here knows addresses, templates or requests.
"""
