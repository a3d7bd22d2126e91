"""The ledger that bodies and activities stand on: tracked rows, their entries, the one function that writes."""
