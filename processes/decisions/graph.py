"""Decisions that need other decisions, knowledge models and services."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from processes.decisions import boxed, feel
from processes.decisions.model import Decision, DecisionError, InputData, Knowledge, Logic, Needs, Service, Values
from processes.decisions.reader import Model
from processes.decisions.tables import Table
from processes.decisions.types import Parameter, coerce
from processes.expressions import Env, FeelError
from processes.expressions.functions import Function
from processes.expressions.types import ANY, Type
from processes.text import T

Element = Decision | InputData | Knowledge | Service


@dataclass(frozen=True)
class Found:
    """An element with its model and the import name it is known under here (empty: its own model)."""

    element: Any
    model: Model
    prefix: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return self.model.file, self.element.id


@dataclass
class Session:
    """One taking of decisions: what the caller brought and what has been decided so far."""

    given: Values
    env: Env
    decided: dict[tuple[str, str], Any] = field(default_factory=dict)


class Decisions:
    """The decisions of one file or of a bundle."""

    def __init__(self, models: Iterable[Model], primary: Iterable[str]) -> None:
        self._models = {model.file: model for model in models}
        self._own = [self._models[file] for file in primary if file in self._models]

    def __iter__(self) -> Iterator[str]:
        """The ids of all decisions, in file order."""
        return (id_ for model in self._own for id_ in model.decisions)

    def __contains__(self, decision_id: object) -> bool:
        return any(decision_id in model.decisions for model in self._own)

    def decide(self, decision_id: str, context: Values, env: Env) -> Any:
        """The value of a decision; raises DecisionError, FeelBudgetError, KeyError for an unknown id."""
        found = self._home(decision_id)
        with env.one_budget():
            return self._decided(found, Session(context, env))

    def serve(self, service_id: str, context: Values, env: Env) -> Any:
        """The value of a decision service called with the parameters found in the context."""
        model = next(model for model in self._own if service_id in model.services)
        function = self._service(Found(model.services[service_id], model))
        try:
            with env.one_budget():
                return function.call(env, [context.get(name) for name in function.parameters])
        except FeelError as error:
            raise DecisionError(error.message, service_id) from error

    def inputs(self, decision_id: str) -> frozenset[str]:
        """The names a caller must bring, those of required decisions included."""
        return self._inputs(self._home(decision_id), set())

    def outputs(self, decision_id: str) -> list[str]:
        """The output names of a decision's table; the decision's own name where there are none."""
        found = self._home(decision_id)
        table = table_of(found.element.logic)
        names = [output.name for output in table.outputs if output.name] if table else []
        return names or [found.element.variable.name]

    def tables(self) -> Iterator[tuple[str, Table]]:
        """Every decision table with the id of its decision."""
        for model in self._own:
            for id_, decision in model.decisions.items():
                if table := table_of(decision.logic):
                    yield id_, table

    def named(self, name: str) -> str | None:
        """The id of the decision with this name."""
        return _named(name, (each for model in self._own for each in model.decisions.values()))

    def service_named(self, name: str) -> str | None:
        """The id of the decision service with this name."""
        return _named(name, (each for model in self._own for each in model.services.values()))

    def home_file(self, decision_id: str) -> str | None:
        """The file in which a decision stands."""
        return next((model.file for model in self._own if decision_id in model.decisions), None)

    def requirements(self, decision_id: str) -> list[str]:
        """The ids of the decisions this one needs directly."""
        found = self._home(decision_id)
        return [each.element.id for each in self._required(found.element.needs.decisions, found.model, Decision)]

    def find(self, reference: str, model: Model) -> Found | None:
        """What an `href` of a model means, None when nothing has that id."""
        namespace, _, id_ = reference.rpartition("#")
        if not namespace or namespace == model.namespace:
            own = _element(model, id_)
            return Found(own, model) if own else None
        for use in model.imports:
            if use.namespace == namespace:
                for other in self._models.values():
                    if other.namespace == namespace and (element := _element(other, id_)):
                        return Found(element, other, use.name)
        return None

    def _home(self, decision_id: str) -> Found:
        for model in self._own:
            if decision_id in model.decisions:
                return Found(model.decisions[decision_id], model)
        raise KeyError(decision_id)

    def _decided(self, found: Found, session: Session) -> Any:
        if found.key in session.decided:
            return session.decided[found.key]
        decision: Decision = found.element
        if decision.logic is None:
            raise DecisionError(T("决策“{name}”没有内容", name=decision.name), decision.id)
        session.decided[found.key] = None  # a circle, refused by the check, ends here
        around = self._around(decision.needs, found.model, session)
        session.decided[found.key] = decision.logic.evaluate({**session.given, **around}, session.env)
        return session.decided[found.key]

    def _around(self, needs: Needs, model: Model, session: Session) -> dict[str, Any]:
        """Everything the requirements put into scope."""
        scope: dict[str, Any] = {}
        for found in self._required(needs.inputs, model, InputData):
            _bind(scope, found, self._given(found, session))
        for found in self._required(needs.decisions, model, Decision):
            _bind(scope, found, self._decided(found, session))
        for name, function in self._functions(needs, model).items():
            _merge(scope, name, function)
        return scope

    def _functions(self, needs: Needs, model: Model) -> dict[str, Any]:
        scope: dict[str, Any] = {}
        for found in self._required(needs.knowledge, model, Knowledge, Service):
            _bind(scope, found, self._function(found))
        return scope

    def _required(self, references: Iterable[str], model: Model, *kinds: type) -> Iterator[Found]:
        """What references mean; one to an element of another kind counts for nothing, the check has told."""
        found = (self.find(reference, model) for reference in references)
        return (each for each in found if each and isinstance(each.element, kinds))

    def _given(self, found: Found, session: Session) -> Any:
        variable = found.element.variable
        nested = session.given.get(found.prefix)
        place = nested if found.prefix and isinstance(nested, Mapping) else session.given
        return coerce(found.model.type_of(variable), place.get(variable.name))

    def _function(self, found: Found) -> Function | None:
        return self._service(found) if isinstance(found.element, Service) else self._knowledge(found)

    def _knowledge(self, found: Found) -> Function | None:
        knowledge: Knowledge = found.element
        if isinstance(knowledge.function, boxed.Broken):
            knowledge.function.evaluate({}, None)  # type: ignore[arg-type]
        if not isinstance(knowledge.function, boxed.Function):
            return None
        logic, parameters = knowledge.function.body, knowledge.function.parameters

        def body(arguments: Values, env: Env) -> Any:
            around = {**self._functions(knowledge.needs, found.model), knowledge.variable.name: function}
            return logic.evaluate({**around, **arguments}, env)

        function = feel.function(knowledge.name, parameters, body, _result(found))
        return function

    def _service(self, found: Found) -> Function:
        service: Service = found.element
        inputs = list(self._required(service.input_data, found.model, InputData))
        fixed = list(self._required(service.input_decisions, found.model, Decision))

        def body(arguments: Values, env: Env) -> Any:
            session = Session(arguments, env, {each.key: arguments[each.element.variable.name] for each in fixed})
            outputs = list(self._required(service.outputs, found.model, Decision))
            values = {each.element.variable.name: self._decided(each, session) for each in outputs}
            return next(iter(values.values())) if len(values) == 1 else values

        parameters = [Parameter(each.element.variable.name, _type(each)) for each in (*inputs, *fixed)]
        return feel.function(service.name, parameters, body, _result(found))

    def _inputs(self, found: Found, seen: set[tuple[str, str]]) -> frozenset[str]:
        decision: Decision = found.element
        if found.key in seen or decision.logic is None:
            return frozenset()
        seen.add(found.key)
        needed = list(self._required(decision.needs.decisions, found.model, Decision))
        known = {each.prefix or each.element.variable.name for each in needed}
        known |= {
            each.prefix or each.element.variable.name
            for each in self._required(decision.needs.knowledge, found.model, Knowledge, Service)
        }
        free = decision.logic.names - known
        return free.union(*(self._inputs(each, seen) for each in needed))


def table_of(logic: Logic | None) -> Table | None:
    """The decision table inside some logic, looking through declared types."""
    while isinstance(logic, boxed.Typed):
        logic = logic.logic
    return logic if isinstance(logic, Table) else None


def _element(model: Model, id_: str) -> Element | None:
    return model.decisions.get(id_) or model.inputs.get(id_) or model.knowledge.get(id_) or model.services.get(id_)


def _named(name: str, elements: Iterable[Decision | Service]) -> str | None:
    return next((each.id for each in elements if each.name == name), None)


def _type(found: Found) -> Type:
    return found.model.type_of(found.element.variable)


def _result(found: Found) -> Type | None:
    kind = _type(found)
    if kind.name == "function":
        return kind.of[-1] if kind.of else None
    return None if kind is ANY else kind


def _bind(scope: dict[str, Any], found: Found, value: Any) -> None:
    """Put a value under its name, inside its import's context when it comes from one."""
    name = found.element.variable.name
    if found.prefix:
        _merge(scope, found.prefix, {name: value})
    else:
        scope[name] = value


def _merge(scope: dict[str, Any], name: str, value: Any) -> None:
    known = scope.get(name)
    scope[name] = {**known, **value} if isinstance(known, dict) and isinstance(value, dict) else value
