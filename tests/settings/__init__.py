"""Settings under which the suite runs: ``sqlite`` and ``postgresql`` are the two databases."""
