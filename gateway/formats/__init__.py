"""One place a syntax: how bytes become transaction sets with findings, and back."""
