"""Forms as the services use them: the form of a task, answers and case data put into words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from processes.definition import Definition
from processes.expressions import Env
from processes.forms import Form
from services.history import Telling
from services.roles import CONFIDENTIAL

CONFIRM = Form("", "", "", ())
"""What a task without a form asks for: nothing but to be confirmed."""


def of(definition: Definition, form: str | None) -> Form:
    """The form with this id, or the empty one."""
    return definition.forms.get(form or "", CONFIRM)


def telling(definition: Definition, env: Env, data: Mapping[str, Any]) -> Telling:
    """How history puts the answers of a task into words, with the labels of its own form."""

    def tell(element: str | None, form: str | None, answers: dict[str, Any]) -> list[tuple[str, str]]:
        return of(definition, form).resolve(data, env).tell(answers)

    return tell


def confidential(definition: Definition) -> frozenset[str]:
    """Forms whose answers are not for everybody who takes part."""
    nodes = (node for diagram in definition.diagrams for node in diagram.nodes.values())
    return frozenset(node.ext.get("form", "") for node in nodes if node.role in CONFIDENTIAL)


def material(
    definition: Definition, process: str, env: Env, data: Mapping[str, Any], hidden: frozenset[str] = frozenset()
) -> list[tuple[str, str]]:
    """What is known of a case so far, in the words of its process's forms but the hidden ones, in their order."""
    told: dict[str, str] = {}
    for name in (form for form in definition.forms_of(process) if form not in hidden):
        form = definition.forms[name]
        keys: list[str] = form.keys()
        known = {key: data[key] for key in keys if data.get(key) not in (None, "", [])}
        if known:
            for label, words in form.resolve(data, env).tell(known):
                told.setdefault(label, words)
    return list(told.items())
