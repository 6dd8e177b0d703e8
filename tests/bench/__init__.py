"""Figures: what our acts cost beside what they are made of. Run by `make bench`, never by the tests."""
