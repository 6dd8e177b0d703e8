"""The diagram of a case as inline SVG."""

from __future__ import annotations

from markupsafe import Markup

from services.cases import CaseView
from services.web.render import svg


def draw(view: CaseView) -> Markup:
    """The drawing with the marks of this case; empty when the file carries no picture."""
    from processes.drawing import draw as drawn

    return svg(drawn(view.diagram, view.marks)) if view.diagram.shapes else Markup("")
