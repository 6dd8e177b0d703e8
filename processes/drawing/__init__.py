"""Diagrams as SVG text, drawn on the server from the diagram interchange; no script, no style sheet needed."""

from processes.drawing.draw import draw
from processes.drawing.palette import CSS

__all__ = ["CSS", "draw"]
