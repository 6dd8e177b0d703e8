"""Cases: start, advance (the only road into the engine), fire, send, retry, jump, cancel, view, find."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from processes import snapshot
from processes.expressions import to_json
from processes.forms import Form
from processes.run import NotWaiting, Run
from processes.text import T
from services import births, deployments, forms, history, identities, jobs, requests, runs, scope, standing, upkeep
from services.desk import Desk
from services.errors import Conflict, Invalid, NotAllowed, NotFound
from services.history import Act
from services.standing import CaseHead, CaseView, StepRow, WaitRow
from services.store import cases as rows
from services.store import jobs as job_rows
from services.store.json import dumps
from services.store.prepared import together
from services.upkeep import Place, Upkeep

__all__ = ["CaseHead", "CaseView", "Startable", "StepRow", "WaitRow"]

Verb = Callable[[Run], object]


@dataclass(frozen=True)
class Startable:
    """A process this person may start, with its start form if it has one."""

    procedure: str
    process: str
    title: str
    form: Form | None
    procedure_title: str = ""


# --- starting ---


def startable(desk: Desk) -> list[Startable]:
    """The processes the actor's posts may start."""
    found = []
    for version, definition in deployments.all_current(desk.db):
        for process in births.processes(definition):
            if births.may_start(desk.actor, process):
                form = definition.forms.get(str(process.get("form", "")))
                title = str(process.get("title") or process["id"])
                found.append(Startable(version.procedure, str(process["id"]), title, form, version.title))
    return found


def start(
    desk: Desk, procedure: str, process: str, posted: Mapping[str, Any], key: str, street: str | None = None
) -> CaseHead:
    """Start a case; the same key and answers give the same case. `street` only when the actor serves several.

    Raises NotFound, NotAllowed, Invalid or KeyReused, and then nothing has changed.
    """
    version, definition = deployments.current(desk.db, procedure)
    settings = births.settings(definition, process)
    if not births.may_start(desk.actor, settings):
        raise NotAllowed(T("您的岗位不能启动“{title}”。", title=settings.get("title") or process))
    form = forms.of(definition, settings.get("form"))
    plain = form.resolve({}, desk.at.env()).plain(posted)
    known = requests.begin(desk, key, ["start", procedure, process, street, plain])
    if known is not None:
        return head(desk, int(known["case"]))
    born = births.bear(desk, version, definition, process, births.street(desk, settings, street))
    answers = form.resolve(born.data, desk.at.env()).validate(posted)
    if answers.errors:
        raise Invalid(answers.errors)
    case_id = _begin(desk, born, dict(answers.values))
    identities.keep(desk, case_id, answers.apart)
    requests.settle(desk, key, {"case": case_id})
    return head(desk, case_id)


def start_by_message(
    desk: Desk, version_id: int, process: str, street_id: int, name: str, payload: Mapping[str, Any], parent: int | None
) -> int:
    """A message nobody waits for begins a case of its own, a child of the sender."""
    version = deployments.version(desk.db, version_id)
    definition = deployments.definition(desk.db, version_id)
    born = births.bear(desk, version, definition, process, births.street_by_id(desk, street_id), parent)
    return _begin(desk, born, {}, name, payload)


def start_by_clock(desk: Desk, version_id: int, process: str, street_id: int, element: str) -> int:
    """A timer start event is due: the system begins a case there."""
    version = deployments.version(desk.db, version_id)
    definition = deployments.definition(desk.db, version_id)
    born = births.bear(desk, version, definition, process, births.street_by_id(desk, street_id))
    return _begin(desk, born, {}, element=element)


def _begin(
    desk: Desk,
    born: births.Born,
    answers: dict[str, Any],
    message: str | None = None,
    payload: Any = None,
    element: str | None = None,
) -> int:
    data = {**answers, **born.data}
    births.name(desk, born, {**(payload or {}), **data})
    case_id = rows.add(desk.db, born.row)
    data["case"]["id"] = case_id
    run = Run.start(born.definition, born.process, data, desk.at, message, payload, element)
    act = Act("start", T("启动了“{title}”", title=born.row["title"]))
    with together(desk.db):
        history.record(desk, case_id, act, dumps(to_json(answers)) if answers else None)
        _keep(desk, {**born.row, "id": case_id}, run)
    return case_id


# --- the only road into the engine ---


def advance(desk: Desk, case_id: int, verb: Verb, act: Act) -> Upkeep | None:
    """Lock a case, let the engine do one thing, save what changed, write history; None when the verb did nothing.

    Everything happens in the desk's transaction. A verb answers False when there was nothing to do. Raises NotFound
    for an unknown case and Conflict when the case has moved on.
    """
    return step(desk, locked(desk, case_id), verb, act)


def locked(desk: Desk, case_id: int) -> Any:
    """Take a case for this transaction, or NotFound."""
    row = rows.lock(desk.db, case_id)
    if row is None:
        raise NotFound()
    return row


def step(desk: Desk, row: Any, verb: Verb, act: Act, run: Run | None = None, done: int | None = None) -> Upkeep | None:
    """`advance` for a case that is already locked; `done` is the step whose task the caller has closed."""
    run = run or runs.take(desk, row)
    try:
        if verb(run) is False:
            runs.put(row.stamp, run)
            return None
    except NotWaiting as late:
        raise Conflict() from late
    with together(desk.db):
        found = _keep(desk, row._asdict(), run, done)
        history.record(desk, row.id, act)
    return found


def _keep(desk: Desk, row: Mapping[str, Any], run: Run, done: int | None = None) -> Upkeep:
    changes = snapshot.changes(run)
    case_id, version = row["id"], row["version"] + 1
    rows.save(desk.db, case_id, changes)
    place = Place(case_id, row["street_id"], version, row["process"])
    found = upkeep.follow(desk, place, run, changes, done)
    stamp = runs.new_stamp()
    written = {
        "version": version,
        "stamp": stamp,
        "header": dumps(changes.header),
        "moved_at": desk.now,
        **_standing(desk, row, run, found, changes),
    }
    rows.move(desk.db, case_id, row["version"], written)
    if run.status == "running":
        runs.put(stamp, run)
    return found


def _standing(desk: Desk, row: Mapping[str, Any], run: Run, found: Upkeep, changes: snapshot.Changes) -> dict[str, Any]:
    """State and outcome after an act; open incidents are only asked for when there may be any."""
    if run.status != "running":
        if row["state"] == "incident":
            rows.close_incidents(desk.db, row["id"], desk.actor.name, desk.now)
        code, name = births.outcome(run)
        return {"state": run.status, "outcome": name, "outcome_code": code, "ended_at": desk.now}
    state = "incident" if found.stuck else "running"
    if row["state"] == "incident":
        stuck = {wait.step for wait in found.stuck}
        mended = [changed["id"] for changed in changes.steps if changed["id"] not in stuck]
        rows.close_incidents(desk.db, row["id"], desk.actor.name, desk.now, mended)
        state = "incident" if rows.count_incidents(desk.db, row["id"]) else "running"
    return {"state": state, "outcome": None, "outcome_code": None, "ended_at": None}


# --- what time and others do to a case ---


def fire(desk: Desk, case_id: int, step_id: int | None = None, name: str = "") -> bool:
    """Trigger every timer of a case that is due; False when none was, and then its job is set right."""
    row = locked(desk, case_id)
    act = Act("timer", T("时间到：{name}", name=name) if name else T("时间到"))
    fired = step(desk, row, lambda run: _running(run) and run.fire(desk.at) > 0, act) is not None
    if not fired and step_id is not None:
        _set_timer_right(desk, row, step_id)
    return fired


def _set_timer_right(desk: Desk, row: Any, step_id: int) -> None:
    run = runs.take(desk, row)
    due = next((w.due for w in run.waiting() if w.step == step_id and w.kind == "timer"), None)
    runs.put(row.stamp, run)
    if due is None:
        job_rows.drop_timers(desk.db, row.id, [step_id])
    else:
        job_rows.move(desk.db, row.id, step_id, due)


def send(desk: Desk, case_id: int, name: str, key: str | None, payload: Mapping[str, Any]) -> bool:
    """Hand a message to a case; False when it does not wait for it."""
    row = locked(desk, case_id)
    run = runs.take(desk, row)
    label = run.hearing(name, key) if _running(run) else None
    if label is None:
        runs.put(row.stamp, run)
        return False
    act = Act("message", T("消息到了：{name}", name=label))
    return step(desk, row, lambda run: run.receive(name, key, payload, desk.at), act, run) is not None


def signal(desk: Desk, case_id: int, name: str, payload: Mapping[str, Any]) -> bool:
    """Hand a signal to a case; False when it does not wait for it."""
    act = Act("signal", T("收到信号“{name}”", name=name))
    return advance(desk, case_id, lambda run: _running(run) and run.signal(name, payload, desk.at), act) is not None


def _running(run: Run) -> bool:
    return run.status == "running"


# --- what a manager does to a case ---


def retry(desk: Desk, case_id: int, step_id: int) -> None:
    """Let a case go on from an incident; the answers given before are still there."""
    row = _managed(desk, case_id)
    act = Act("retry", T("重新执行停住的环节"))
    if step(desk, row, lambda run: run.retry(step_id, desk.at), act) is None:
        raise Conflict()


def retry_job(desk: Desk, case_id: int, job_id: int) -> None:
    """Let a failed delivery or effect of a case be tried again."""
    _managed(desk, case_id)
    if not job_rows.again(desk.db, case_id, job_id, desk.now):
        raise NotFound()
    rows.close_incidents(desk.db, case_id, desk.actor.name, desk.now, job=job_id)
    if not rows.count_incidents(desk.db, case_id):
        rows.set_state(desk.db, case_id, "running")
    history.record(desk, case_id, Act("retry", T("重新执行没有成功的操作")))


def amend(desk: Desk, case_id: int, values: Mapping[str, Any], reason: str) -> None:
    """Correct variables of a case, so that a stuck step can be tried again."""
    row = _managed(desk, case_id)
    what = T("更正了数据：{names}", names="、".join(values))
    step(desk, row, lambda run: run.put(values, desk.at), Act("amend", what, detail=reason))


def jump(desk: Desk, case_id: int, step_ids: list[int], element: str, reason: str) -> None:
    """Cancel steps and go on at another element of the same level."""
    row = _managed(desk, case_id)
    act = Act("jump", T("改到“{element}”办理", element=element), element, detail=reason)
    try:
        step(desk, row, lambda run: run.jump(step_ids, element, desk.at), act)
    except KeyError as unknown:
        raise NotFound(T("流程图里没有“{element}”。", element=element)) from unknown


def cancel(desk: Desk, case_id: int, reason: str) -> None:
    """Stop a case for good; the reason is kept."""
    if not reason.strip():
        raise Invalid({"reason": T("请写明终止的理由")})
    row = _managed(desk, case_id)
    step(desk, row, lambda run: run.cancel(desk.at), Act("cancel", T("终止了办件"), detail=reason))


def _managed(desk: Desk, case_id: int) -> Any:
    seen = scope.case(desk, case_id)
    if not scope.manages(desk, seen.street_id):
        raise NotAllowed()
    row = locked(desk, case_id)
    if row.state in ("ended", "cancelled"):
        raise Conflict(T("这个办件已经结束。"))
    return row


def job_failed(desk: Desk, job: jobs.Job, why: str) -> None:
    """A job has used up its attempts: the case shows it, a person mends it."""
    if job.case_id is None:
        return
    incident = {"case_id": job.case_id, "step": job.step, "element": job.element or "", "reason": why}
    rows.open_incidents(desk.db, [{**incident, "job_id": job.id, "since": desk.now}])
    row = locked(desk, job.case_id)
    if row.state == "running":
        rows.set_state(desk.db, job.case_id, "incident")


# --- looking ---


def head(desk: Desk, case_id: int) -> CaseHead:
    """A case in a line; NotFound when it is not for this person."""
    return standing.head(scope.case(desk, case_id))


def view(desk: Desk, case_id: int) -> CaseView:
    """Where a case stands; NotFound when it is not for this person."""
    return standing.view(desk, scope.case(desk, case_id))


def find(desk: Desk, query: str = "", state: str | None = None, limit: int = 50, offset: int = 0) -> list[CaseHead]:
    """Cases this person may see, newest first; `query` matches number and title."""
    found = rows.find(desk.db, scope.cases(desk), query.strip(), state, limit, offset)
    return [standing.head(row) for row in found]
