"""The forms of a pack, each printed from its figures alone: the page, the PDF, the Word file and the Excel annex."""
