"""A scope being drawn: nodes and flows as BPMN text with ids nobody else has."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from xml.sax.saxutils import escape, quoteattr

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:yishi="urn:yishi:bpmn:1" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="random">\n'
)


@dataclass
class Model:
    """A whole file: processes and the messages and signals they speak of."""

    numbers: count[int] = field(default_factory=count)
    roots: list[str] = field(default_factory=list)
    processes: list[str] = field(default_factory=list)

    def fresh(self, kind: str) -> str:
        """An id for a new element, telling its kind."""
        return f"{kind}_{next(self.numbers)}"

    def root(self, tag: str, attributes: str = "") -> str:
        """A message, signal, error or escalation of its own."""
        name = self.fresh(tag)
        self.roots.append(f'<{tag} id="{name}" name="{name}"{attributes}/>')
        return name

    def process(self, name: str, body: str) -> None:
        self.processes.append(f'<process id="{name}" name="{name}" isExecutable="true">\n{body}\n</process>')

    def text(self) -> str:
        """The file."""
        return "\n".join([HEAD, *self.roots, *self.processes, "</definitions>\n"])


@dataclass
class Sheet:
    """The inside of one process or sub-process."""

    model: Model
    parts: list[str] = field(default_factory=list)

    def node(self, tag: str, inner: str = "", **attributes: str) -> str:
        """Add a node; `y_result` stands for `yishi:result`."""
        name = self.model.fresh(tag)
        own = "".join(f" {key.replace('y_', 'yishi:')}={quoteattr(value)}" for key, value in attributes.items())
        self.parts.append(f'<{tag} id="{name}" name="{name}"{own}>{inner}</{tag}>')
        return name

    def flow(self, source: str, target: str, condition: str | None = None) -> str:
        """Add a sequence flow."""
        name = self.model.fresh("flow")
        inner = f"<conditionExpression>{escape(condition)}</conditionExpression>" if condition else ""
        self.parts.append(f'<sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>')
        return name

    def default(self, gateway: str, flow: str) -> None:
        """Make a flow the default exit of a gateway."""
        mark = f'id="{gateway}"'
        self.parts = [
            part.replace(mark, f'{mark} default="{flow}"', 1) if mark in part else part for part in self.parts
        ]

    def inner(self) -> Sheet:
        """A sheet for a sub-process of this one."""
        return Sheet(self.model)

    def text(self) -> str:
        return "\n".join(self.parts)
