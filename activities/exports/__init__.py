"""Lists as files: the same columns, order and words as the page, formulas in people's text made inert."""
