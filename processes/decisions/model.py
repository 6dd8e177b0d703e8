"""What a decision file says: inputs, decisions, knowledge models, services and their types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from processes.expressions import Env
from processes.text import Text

Values = Mapping[str, Any]


class DecisionError(Exception):
    """A decision cannot be taken; `message` says which table and which rules."""

    def __init__(self, message: Text, element: str | None = None) -> None:
        super().__init__(str(message))
        self.message = message
        self.element = element


class Logic(Protocol):
    """Any boxed expression: it gives one FEEL value for some data."""

    def evaluate(self, context: Values, env: Env) -> Any: ...

    @property
    def names(self) -> frozenset[str]: ...


@dataclass(frozen=True)
class Place:
    """Where something stands in a file."""

    file: str
    element: str | None = None
    line: int | None = None


@dataclass(frozen=True)
class Variable:
    """A named value with the type the model promises for it (None: any)."""

    name: str
    type_ref: str | None = None


@dataclass
class InputData:
    """A value the caller must bring."""

    id: str
    variable: Variable
    place: Place


@dataclass
class Needs:
    """References (`#id` or `namespace#id`) to what an element requires."""

    inputs: list[str] = field(default_factory=list)
    decisions: list[str] = field(default_factory=list)
    knowledge: list[str] = field(default_factory=list)


@dataclass
class Decision:
    """One decision with its logic; `logic` is None when the file leaves it empty."""

    id: str
    name: str
    variable: Variable
    needs: Needs
    logic: Logic | None
    place: Place


@dataclass
class Knowledge:
    """A business knowledge model: a function other logic calls by its name."""

    id: str
    name: str
    variable: Variable
    needs: Needs
    function: Logic | None
    place: Place


@dataclass
class Service:
    """A decision service: some decisions offered as one function."""

    id: str
    name: str
    variable: Variable
    outputs: list[str]
    input_decisions: list[str]
    input_data: list[str]
    place: Place


@dataclass
class Import:
    """Another model known here under a name."""

    name: str
    namespace: str
    place: Place
