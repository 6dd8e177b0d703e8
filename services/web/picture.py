"""The diagram of a case as inline SVG."""

from __future__ import annotations

from markupsafe import Markup

from processes import drawing
from services import i18n
from services.cases import CaseView
from services.web.render import svg


def draw(view: CaseView, locale: str) -> Markup:
    """The drawing with the marks of this case; empty when the file carries no picture."""
    if not view.diagram.shapes:
        return Markup("")
    say = i18n.catalogue(locale).say
    head = view.head
    return svg(drawing.draw(view.diagram, view.marks, title=head.procedure_title, say=say, process=head.process))
