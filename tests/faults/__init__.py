"""Faults made for real while people work: killed, full, gone, restarted. Nothing acknowledged is lost afterwards."""
