"""Reads DMN files into models; whatever is wrong becomes a finding, never an exception."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from processes.decisions import boxed
from processes.decisions.elements import all_names, child, children, expression_in, local
from processes.decisions.itemtypes import Types
from processes.decisions.logic import LogicReader
from processes.decisions.model import Decision, Import, InputData, Knowledge, Logic, Needs, Place, Service, Variable
from processes.decisions.report import Report
from processes.expressions import BUILTIN_NAMES, Type
from processes.expressions.types import ANY
from processes.text import T
from processes.xmlsafe import XmlRefused, parse_xml


@dataclass
class Model:
    """One DMN file as read."""

    file: str
    name: str
    namespace: str
    types: Types
    imports: list[Import] = field(default_factory=list)
    inputs: dict[str, InputData] = field(default_factory=dict)
    decisions: dict[str, Decision] = field(default_factory=dict)
    knowledge: dict[str, Knowledge] = field(default_factory=dict)
    services: dict[str, Service] = field(default_factory=dict)

    def type_of(self, variable: Variable) -> Type:
        """The type a variable promises."""
        return self.types.named(variable.type_ref) or ANY if variable.type_ref else ANY


class Shelf:
    """All files that may be read together: parsed once, found by namespace."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.reports = {file: Report(file) for file in files}
        self.roots: dict[str, Any] = {}
        self.models: dict[str, Model] = {}
        for file, content in files.items():
            root = self._parse(file, content)
            if root is not None:
                self.roots[file] = root
        self.names = _lendable(self.roots.values())
        for file in self.roots:
            self.model(file)

    def model(self, file: str) -> Model:
        """The model of a file, read on first use; imports are read before."""
        if file not in self.models:
            root, report = self.roots[file], self.reports[file]
            self.models[file] = model = Model(
                file, root.get("name", ""), root.get("namespace", ""), Types(root, report, {})
            )
            model.imports = self._imports(root, report)
            imported = {use.name: self.models[found].types for use in model.imports if (found := self.find(use))}
            model.types = Types(root, report, imported)
            _Reading(model, root, report, self.names).run()
        return self.models[file]

    def find(self, use: Import) -> str | None:
        """The file an import means, None when it is not there."""
        return next((file for file, root in self.roots.items() if root.get("namespace") == use.namespace), None)

    def _imports(self, root: Any, report: Report) -> list[Import]:
        uses = []
        for element in children(root, "import"):
            if "DMN" not in element.get("importType", "DMN"):
                continue
            use = Import(element.get("name", "").strip(), element.get("namespace", ""), report.place(element))
            found = self.find(use)
            if found is None:
                report.error("dmn-import", T("找不到引用的决策文件（{namespace}）", namespace=use.namespace), use.place)
                continue
            self.model(found)
            uses.append(use)
        return uses

    def _parse(self, file: str, content: bytes) -> Any:
        report = self.reports[file]
        try:
            root = parse_xml(content)
        except XmlRefused as refused:
            report.error("dmn-xml", refused.message, Place(file, None, refused.line))
            return None
        if local(root) == "definitions":
            return root
        report.error("dmn-xml", T("不是 DMN 1.1 至 1.5 的决策文件"), Place(file, None, root.sourceline))
        return None


class _Reading:
    """Reads the elements of one file into its model."""

    def __init__(self, model: Model, root: Any, report: Report, names: frozenset[str]) -> None:
        self.model, self.root, self.report = model, root, report
        known = {**_imported_types(model.types), **model.types.resolve_all()}
        self.logic = LogicReader(report, model.types, names, known)

    def run(self) -> None:
        self._refuse_language()
        self._remark_duplicates()
        for element in self.root:
            reader = _READERS.get(local(element))
            if reader is not None:
                reader(self, element)

    def input_data(self, element: Any) -> None:
        id_, _, variable = self._named(element)
        self.model.inputs[id_] = InputData(id_, variable, self.report.place(element))

    def decision(self, element: Any) -> None:
        id_, name, variable = self._named(element)
        place = self.report.place(element)
        expression = expression_in(element)
        logic = None if expression is None else self._typed(self.logic.read(expression), variable, element)
        if logic is None:
            self.report.error("dmn-missing", T("决策“{name}”没有内容", name=name), place)
        self.model.decisions[id_] = Decision(id_, name, variable, _needs(element), logic, place)

    def knowledge(self, element: Any) -> None:
        id_, name, variable = self._named(element)
        definition = child(element, "encapsulatedLogic")
        function: Logic | None = None
        if definition is not None:
            function = self.logic.function(definition, variable.name)
        else:
            self.report.error("dmn-missing", T("知识模型“{name}”没有内容", name=name), self.report.place(element))
        each = Knowledge(id_, name, variable, _needs(element), function, self.report.place(element))
        self.model.knowledge[id_] = each

    def service(self, element: Any) -> None:
        id_, name, variable = self._named(element)
        self.model.services[id_] = Service(
            id_, name, variable, _refs(element, "outputDecision"), _refs(element, "inputDecision"),
            _refs(element, "inputData"), self.report.place(element),
        )  # fmt: skip

    def _typed(self, logic: Logic, variable: Variable, element: Any) -> Logic:
        kind = self.model.types.of(variable.type_ref, element)
        return logic if kind is ANY else boxed.Typed(logic, kind)

    def _named(self, element: Any) -> tuple[str, str, Variable]:
        name = element.get("name", "").strip()
        variable = child(element, "variable")
        called = name if variable is None else (variable.get("name") or name).strip()
        kind = None if variable is None else variable.get("typeRef")
        return element.get("id") or name, name, Variable(called, kind)

    def _refuse_language(self) -> None:
        self.logic.only_feel(self.root)

    def _remark_duplicates(self) -> None:
        seen: set[str] = set()
        for element in self.root.iter():
            id_ = element.get("id") if local(element) else None
            if id_ and id_ in seen:
                message = T("编号“{id}”重复", id=id_)
                self.report.error("dmn-duplicate", message, self.report.place(element))
            seen.add(id_ or "")


_PATH = re.compile(r"\.(?!\d)")  # "import.name"; in "version 2.1" the dot belongs to the name

_READERS = {
    "inputData": _Reading.input_data,
    "decision": _Reading.decision,
    "businessKnowledgeModel": _Reading.knowledge,
    "decisionService": _Reading.service,
}


def _lendable(roots: Iterable[Any]) -> frozenset[str]:
    """The names expressions may use or call; a variable never hides a built-in function, a knowledge model may."""
    named: set[str] = set()
    functions: set[str] = set()
    for root in roots:
        named |= all_names(root)
        functions |= {each.get("name", "") for each in children(root, "businessKnowledgeModel", "decisionService")}
    plain = {name for name in named if not _PATH.search(name)}
    return frozenset(plain - BUILTIN_NAMES | functions)


def _imported_types(types: Types) -> dict[str, Type]:
    return {
        f"{prefix}.{name}" if prefix else name: kind
        for prefix, other in types.imported.items()
        for name, kind in other.resolve_all().items()
    }


def _needs(element: Any) -> Needs:
    needs = Needs()
    for requirement in children(element, "informationRequirement"):
        needs.inputs += _refs(requirement, "requiredInput")
        needs.decisions += _refs(requirement, "requiredDecision")
    for requirement in children(element, "knowledgeRequirement"):
        needs.knowledge += _refs(requirement, "requiredKnowledge")
    return needs


def _refs(element: Any, name: str) -> list[str]:
    return [reference.get("href", "") for reference in children(element, name)]
