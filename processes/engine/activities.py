"""Work: tasks of people and of the machine, with boundary events, repetition and compensation around them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from processes.decisions import DecisionError
from processes.engine.elements import Element
from processes.engine.multi import conclude, instance_done, iterate, repeats
from processes.engine.tokens import Incident, Step
from processes.expressions import FeelBudgetError
from processes.model import Flow
from processes.rules import RULES, RuleError
from processes.text import T


class Activity(Element):
    """Anything that may have boundary events, repeat, or be compensated."""

    def _run_hook(self, my_task: Step) -> bool | None:
        if my_task.notes.get("as") == "instance":
            return self.perform(my_task)
        self._watch(my_task)
        if repeats(self.node):
            return iterate(my_task)
        return self.perform(my_task)

    def perform(self, step: Step) -> bool | None:
        """Do the work; None when it has to wait for somebody."""
        return True

    def _watch(self, step: Step) -> None:
        """Arm the boundary events once, also when the step is run again after an incident."""
        boundaries = self.process.boundaries.get(self.node.id, ())
        if boundaries and not step.notes.get("watched"):
            step.notes["watched"] = True
            for element in boundaries:
                step.workflow.enter(step.scope, element, **{"as": "boundary", "under": step.id})

    def exits(self, step: Step) -> list[Flow]:
        """An instance or a compensation handler ends inside; only the activity itself leaves."""
        if step.notes.get("as") == "instance":
            conclude(step)
            return []
        return [] if step.notes.get("as") == "handler" else super().exits(step)

    def finished(self, step: Step) -> None:
        """Disarm the boundary events and remember what may have to be undone."""
        workflow = step.workflow
        for watcher in list(workflow.under.pop(step.id, {}).values()):
            workflow.drop(watcher)
        handler = self.process.handlers.get(self.node.id)
        if handler and step.notes.get("as") is None:
            step.scope.records.append([self.node.id, handler])
            workflow.touched_scopes[step.scope.id] = step.scope

    def told(self, step: Step) -> None:
        """Tell the activity of which this was an instance, or the throw for which this was a handler."""
        if step.notes.get("as") == "instance":
            instance_done(step)
        elif step.notes.get("as") == "handler":
            thrower = step.workflow.tasks[step.notes["under"]]
            thrower.task_spec.handler_done(thrower)


class UserTask(Activity):
    """Waits for a person's form."""

    def perform(self, step: Step) -> bool | None:
        """Work out for whom, until when and under which title the task waits."""
        step.workflow.wait(step, "task", task=self.describe(step))
        return None

    def describe(self, step: Step) -> dict[str, Any]:
        """The task as people will see it; computed once, when it begins."""
        workflow = step.workflow
        ext = self.node.ext
        task: dict[str, Any] = {"role": self.role(step), "form": ext.get("form")}
        for name in ("unit", "assignee", "due", "title"):
            if text := ext.get(name):
                task[name] = workflow.evaluate(step, text)
        return {name: value for name, value in task.items() if value is not None}

    def role(self, step: Step) -> Any:
        """The role of the task or its lane; one that begins with = is FEEL, for work of whoever is in charge."""
        said = self.node.role
        return step.workflow.evaluate(step, said) if said and said.startswith("=") else said

    def answer(self, step: Step, answers: Mapping[str, Any]) -> None:
        """Take the answers and go on."""
        step.workflow.awake(step)
        step.workflow.merge(step, answers, self.node.ext.get("result"))
        step.complete()


class ScriptTask(Activity):
    """Its text is a FEEL context; each entry becomes a variable."""

    def perform(self, step: Step) -> bool | None:
        """Compute the entries in order and write them."""
        if not (self.node.script or "").strip():
            return True
        value, reasons = step.workflow.judge(step, self.node.script or "")
        if not isinstance(value, dict):
            raise Incident(T("脚本没有得出一组变量：{why}", why="；".join(reasons) or str(value)))
        step.workflow.merge(step, value)
        return True


class DecisionTask(Activity):
    """Asks a decision table."""

    def perform(self, step: Step) -> bool | None:
        """Decide and write the outputs, one by one or under `yishi:result`."""
        workflow = step.workflow
        name = self.node.ext.get("decision") or ""
        context: dict[str, Any] = dict(workflow.context(step)) | self.arguments(step)
        try:
            value = workflow.definition.decisions.decide(name, context, workflow.at.env())
        except (DecisionError, FeelBudgetError) as exc:
            raise Incident(exc.message) from exc
        result = self.node.ext.get("result")
        if result is None and isinstance(value, dict):
            workflow.merge(step, value)
        else:
            workflow.write(step, result or workflow.definition.decisions.outputs(name)[0], value)
        return True


class ServiceTask(Activity):
    """Calls a pure rule inside, or asks the services for an effect."""

    def perform(self, step: Step) -> bool | None:
        """A rule answers at once; an effect goes to the outbox and nothing comes back."""
        if name := self.node.ext.get("rule"):
            self._rule(step, name)
        elif name := self.node.ext.get("effect"):
            step.workflow.send(step, "effect", name, None, self.arguments(step))
        return True

    def _rule(self, step: Step, name: str) -> None:
        try:
            value = RULES[name].call(self.arguments(step))
        except RuleError as exc:
            raise Incident(exc.message) from exc
        result = self.node.ext.get("result")
        if result is None and isinstance(value, dict):
            step.workflow.merge(step, value)
        else:
            step.workflow.write(step, result or name, value)


class SendTask(Activity):
    """Sends a message and goes on."""

    def perform(self, step: Step) -> bool | None:
        """One message, or one for each of `yishi:targets`."""
        throw_messages(self, step, self.node.message or self.node.name)
        return True


class ReceiveTask(Activity):
    """Waits for a message."""

    def perform(self, step: Step) -> bool | None:
        """Name and key of the awaited message are fixed when the wait begins."""
        await_message(self, step, self.node.message or self.node.name)
        return None

    def trigger(self, step: Step, payload: Mapping[str, Any]) -> None:
        """The message has come."""
        step.workflow.awake(step)
        step.workflow.merge(step, payload, self.ext("result"))
        step.complete()


def await_message(spec: Element, step: Step, name: str) -> None:
    """Note which message a step waits for."""
    key = spec.ext("key")
    found = {} if key is None else {"key": _key(step.workflow.evaluate(step, key), key)}
    step.workflow.wait(step, "message", name=name, **found)


def throw_messages(spec: Element, step: Step, name: str) -> None:
    """Put a node's message or messages into the outbox."""
    workflow, targets = step.workflow, spec.ext("targets")
    items: list[dict[str, Any]] = [{}]
    if targets is not None:
        found = workflow.evaluate(step, targets)
        if not isinstance(found, list):
            raise Incident(T("消息「{name}」的对象「{text}」不是一个列表", name=name, text=targets))
        items = [{"target": item} for item in found]
    for extra in items:
        key, payload = spec.ext("key"), spec.ext("payload")
        body = workflow.evaluate(step, payload, extra) if payload else {}
        if not isinstance(body, dict):
            raise Incident(T("消息「{name}」的内容「{text}」不是一组变量", name=name, text=payload))
        workflow.send(step, "message", name, _key(workflow.evaluate(step, key, extra), key) if key else None, body)


def _key(value: Any, text: str) -> str:
    if value is None or isinstance(value, bool | dict):
        raise Incident(T("消息的关联值「{text}」是空的", text=text))
    return "/".join(str(item) for item in value) if isinstance(value, list) else str(value)
