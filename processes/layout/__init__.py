"""Draws a BPMN file that has no drawing yet: lanes across, columns along the happy path, rows below it.

`lay_out` is run once, on request; afterwards the saved drawing is the truth and is mended by hand.
"""

from processes.layout.document import lay_out

__all__ = ["lay_out"]
