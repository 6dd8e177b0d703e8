"""Sub-processes, calls, multi-instances, loops; errors, escalations, termination, transactions and compensation."""

import pytest

from tests.processes.engine.play import Case, diagram, flow, flows, script, task


def sub(name: str, body: str, kind: str = "subProcess", **attributes: str) -> str:
    extra = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f'<{kind} id="{name}"{extra}>{body}</{kind}>'


def many(collection: str = "", sequential: bool = False, inner: str = "", **attributes: str) -> str:
    extra = "".join(f' yishi:{key}="{value}"' for key, value in attributes.items())
    chosen = f' yishi:collection="{collection}"' if collection else ""
    return f'<multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}"{chosen}{extra}>{inner}</multiInstanceLoopCharacteristics>'


def around(inner: str, chain: str, end: str = '<endEvent id="e"/>') -> str:
    return '<startEvent id="s"/>' + inner + end + flows(chain)


def test_a_sub_process_shares_the_variables_around_it(reload):
    body = around(
        sub("sp", '<startEvent id="is"/>' + task("a") + '<endEvent id="ie"/>' + flows("is a ie")) + task("b"),
        "s sp b e",
    )
    case = Case(diagram(body), {"x": 1}, reload).complete("a", y=2)
    assert case.open() == ["b"] and case.data == {"x": 1, "y": 2}


def test_a_called_process_has_its_own_variables(reload):
    other = (
        '<process id="q" isExecutable="true"><startEvent id="qs"/>'
        + task("qa")
        + script("qc", "{twice: n * 2}")
        + '<endEvent id="qe"/>'
        + flows("qs qa qc qe")
        + "</process>"
    )
    call = '<callActivity id="c" calledElement="q" yishi:result="out"><extensionElements><yishi:param name="n" value="x + 1"/></extensionElements></callActivity>'
    case = Case(diagram(around(call, "s c e"), others=other), {"x": 4, "secret": 1}, reload)
    assert "secret" not in case.run.context(case.waiting("qa").step)
    case.complete("qa")
    assert case.done and case.data["out"] == {"n": 5, "twice": 10} and "twice" not in case.data


@pytest.mark.parametrize("sequential", [False, True])
def test_multi_instance_folds_answers_once_and_in_order(reload, sequential):
    t = f'<userTask id="t">{many("units", sequential, element="unit", outputCollection="answers", outputElement="{unit: unit.code, ok: ok}")}</userTask>'
    case = Case(diagram(around(t, "s t e")), {"units": [{"code": "A"}, {"code": "B"}, {"code": "C"}]}, reload)
    assert len(case.open()) == (1 if sequential else 3)
    for index in (0, 0, 0) if sequential else (2, 0, 0):
        assert "answers" not in case.data and "ok" not in case.data
        case.complete("t", index, ok=True)
    assert case.done
    assert [a["unit"] for a in case.data["answers"]] == ["A", "B", "C"] and all(a["ok"] for a in case.data["answers"])
    assert not any(name.startswith("§") for name in case.data)


def test_an_instances_answers_stay_out_of_the_others_rows(reload):
    t = f'<userTask id="t">{many("for i in 1..20 return i", element="n", outputCollection="all")}</userTask>'
    case = Case(diagram(around(t, "s t e")), {}, False)
    for n in range(19):
        step = case.waiting("t").step
        case.run.complete(step, {f"key{n}": "x" * 100}, case.at)
        from processes import snapshot

        changed = snapshot.changes(case.run)
        assert len(changed.steps) == 2 and changed.variables == [], "one answer writes its own row and the counter"
        case.store = None  # rows are checked by hand here


def test_multi_instance_by_number_with_early_completion(reload):
    t = f'<userTask id="t">{many(inner="<loopCardinality>5</loopCardinality><completionCondition>numberOfCompletedInstances &gt;= 2</completionCondition>", outputCollection="got")}</userTask>'
    case = Case(diagram(around(t, "s t e")), {}, reload).complete("t", 4, v=1).complete("t", 0, v=2)
    assert case.done and [g["v"] for g in case.data["got"]] == [2, 1]


def test_multi_instance_over_nothing_goes_on(reload):
    t = f'<userTask id="t">{many("[]", outputCollection="got")}</userTask>'
    case = Case(diagram(around(t, "s t e")), {"got": "old"}, reload)
    assert case.done and case.data["got"] == [], "the output variable exists already and is replaced"


def test_a_sub_process_per_unit_with_a_deadline(reload):
    inner = '<startEvent id="is"/>' + task("a") + task("b") + '<endEvent id="ie"/>' + flows("is a b ie")
    t = sub("sp", many("units", element="unit", outputCollection="done", outputElement="{unit: unit, v: v}") + inner)
    late = '<boundaryEvent id="late" attachedToRef="sp"><timerEventDefinition><timeDuration>P5D</timeDuration></timerEventDefinition></boundaryEvent><endEvent id="x"/>'
    body = around(t + late, "s sp e") + flow("late", "x")
    case = Case(diagram(body), {"units": ["U1", "U2"]}, reload)
    assert case.open() == ["a", "a"] and case.run.context(case.waiting("a", 1).step)["unit"] == "U2"
    case.complete("a", 1, v=7).complete("b", v=8)
    assert case.open() == ["a"] and "v" not in case.data
    other = Case(diagram(body), {"units": ["U1", "U2"]}, reload)
    case.complete("a", v=1).complete("b")
    assert case.done and case.data["done"] == [{"unit": "U1", "v": 1}, {"unit": "U2", "v": 8}] and case.ends == ["e"]
    other.complete("a", v=1)
    other.wait(days=6)
    assert other.done and other.ends == ["x"] and not other.run.waiting()


def test_standard_loop(reload):
    t = '<userTask id="t"><standardLoopCharacteristics loopMaximum="5"><loopCondition>not(ok)</loopCondition></standardLoopCharacteristics></userTask>'
    case = Case(diagram(around(t, "s t e")), {}, reload).complete("t", ok=False).complete("t", ok=True)
    assert case.done
    case = Case(diagram(around(t, "s t e")), {}, reload)
    for _ in range(5):
        case.complete("t", ok=False)
    assert case.done


def test_an_error_end_cancels_its_scope_only(reload):
    roots = '<error id="er" name="upheld" errorCode="E5"/>'
    inner = (
        '<startEvent id="is"/><parallelGateway id="f"/>' + task("a") + task("b")
        + '<endEvent id="bad"><errorEventDefinition errorRef="er"/></endEvent><endEvent id="ok"/>' + flows("is f a bad", "f b ok")
    )  # fmt: skip
    t = (
        sub("sp", inner)
        + '<boundaryEvent id="caught" attachedToRef="sp"><errorEventDefinition errorRef="er"/></boundaryEvent>'
        + task("after")
    )
    body = around(t, "s sp e", '<endEvent id="e"/><endEvent id="x"/>') + flows("caught after x")
    case = Case(diagram(body, roots), {}, reload).complete("a")
    assert case.open() == ["after"]
    case.complete("after")
    assert case.done and case.ends == ["x"]


def test_an_uncaught_error_ends_the_case(reload):
    roots = '<error id="er" errorCode="E5"/>'
    body = (
        '<startEvent id="s"/><parallelGateway id="f"/>'
        + task("a")
        + task("b")
        + '<endEvent id="bad"><errorEventDefinition errorRef="er"/></endEvent><endEvent id="e"/>'
        + flows("s f a bad", "f b e")
    )
    case = Case(diagram(body, roots), {}, reload).complete("a")
    assert case.done and case.ends == ["bad"]


def test_an_escalation_leaves_the_work_running(reload):
    roots = '<escalation id="es" escalationCode="X"/>'
    inner = (
        '<startEvent id="is"/><intermediateThrowEvent id="up"><escalationEventDefinition escalationRef="es"/></intermediateThrowEvent>'
        + task("a")
        + '<endEvent id="ie"/>'
        + flows("is up a ie")
    )
    t = (
        sub("sp", inner)
        + '<boundaryEvent id="told" attachedToRef="sp" cancelActivity="false"><escalationEventDefinition escalationRef="es"/></boundaryEvent>'
        + task("watch")
    )
    body = around(t, "s sp e", '<endEvent id="e"/><endEvent id="x"/>') + flows("told watch x")
    case = Case(diagram(body, roots), {}, reload)
    assert sorted(case.open()) == ["a", "watch"]


def test_terminate_ends_only_the_innermost_scope(reload):
    inner = (
        '<startEvent id="is"/><parallelGateway id="f"/>'
        + task("a")
        + task("b")
        + '<endEvent id="t"><terminateEventDefinition/></endEvent><endEvent id="ie"/>'
        + flows("is f a t", "f b ie")
    )
    case = Case(diagram(around(sub("sp", inner) + task("next"), "s sp next e")), {}, reload).complete("a")
    assert case.open() == ["next"]


def compensated(name: str, handler: str) -> str:
    return (
        task(name)
        + f'<boundaryEvent id="c{name}" attachedToRef="{name}"><compensateEventDefinition/></boundaryEvent>'
        + f'<userTask id="{handler}" isForCompensation="true"/><association id="as{name}" sourceRef="c{name}" targetRef="{handler}"/>'
    )


def test_compensation_undoes_in_reverse_order_of_completion(reload):
    body = (
        '<startEvent id="s"/><parallelGateway id="f"/>' + compensated("a", "undo_a") + compensated("b", "undo_b") + compensated("never", "undo_never")
        + '<parallelGateway id="j"/><exclusiveGateway id="g"/><intermediateThrowEvent id="undo"><compensateEventDefinition/></intermediateThrowEvent><endEvent id="e"/>'
        + flows("s f a j g", "f b j", "undo e") + flow("g", "undo", "true") + flow("g", "never", "false") + flow("never", "e")
    )  # fmt: skip
    case = Case(diagram(body), {}, reload).complete("b").complete("a")
    assert case.open() == ["undo_a"]
    case.complete("undo_a")
    assert case.open() == ["undo_b"]
    case.complete("undo_b")
    assert case.done and case.ends == ["e"]


def test_compensating_one_activity(reload):
    body = (
        '<startEvent id="s"/>' + compensated("a", "undo_a") + compensated("b", "undo_b")
        + '<endEvent id="e"><compensateEventDefinition activityRef="a"/></endEvent>' + flows("s a b e")
    )  # fmt: skip
    case = Case(diagram(body), {}, reload).complete("a").complete("b")
    assert case.open() == ["undo_a"]
    case.complete("undo_a")
    assert case.done


def test_a_cancelled_transaction_undoes_and_leaves_by_its_edge(reload):
    inner = (
        '<startEvent id="is"/>'
        + compensated("a", "undo_a")
        + '<endEvent id="no"><cancelEventDefinition/></endEvent>'
        + flows("is a no")
    )
    t = (
        sub("tx", inner, "transaction")
        + '<boundaryEvent id="off" attachedToRef="tx"><cancelEventDefinition/></boundaryEvent><endEvent id="x"/>'
    )
    body = around(t, "s tx e") + flow("off", "x")
    case = Case(diagram(body), {}, reload).complete("a")
    assert case.open() == ["undo_a"]
    case.complete("undo_a")
    assert case.done and case.ends == ["x"]


def test_a_failing_script_keeps_the_answers_and_can_be_tried_again(reload):
    body = around(task("a") + script("c", "{y: sum(for i in 1..x return i)}"), "s a c e")
    case = Case(diagram(body), {}, reload).complete("a", x=100_000_000)
    [stuck] = case.run.waiting()
    assert stuck.kind == "incident" and stuck.element == "c" and case.data["x"] == 100_000_000
    case.do(lambda run: run.put({"x": 5}, case.at))
    case.retry("c")
    assert case.done and case.data["y"] == 15


def test_python_in_a_script_is_never_run(reload, tmp_path):
    from processes.definition import BundleRefused

    target = tmp_path / "owned"
    with pytest.raises(BundleRefused):
        diagram(around(script("c", f"import os; open('{target}', 'w')"), "s c e"))
    assert not target.exists()


def test_jump_and_cancel(reload):
    case = Case(diagram(around(task("a") + task("b") + task("c"), "s a b c e")), {}, reload)
    case.do(lambda run: run.jump([case.waiting("a").step], "c", case.at))
    assert case.open() == ["c"]
    case.do(lambda run: run.cancel(case.at))
    assert case.run.status == "cancelled" and not case.run.waiting()


def test_an_effect_keeps_what_its_step_saw_after_the_scope_is_gone(reload):
    service = '<serviceTask id="d" yishi:effect="notice"><extensionElements><yishi:param name="role" value="&quot;snc_clerk&quot;"/><yishi:param name="text" value="x"/></extensionElements></serviceTask>'
    other = (
        '<process id="q" isExecutable="true"><startEvent id="qs"/>'
        + script("qc", "{inner: 7}")
        + service
        + '<endEvent id="qe"/>'
        + flows("qs qc d qe")
        + "</process>"
    )
    call = '<callActivity id="c" calledElement="q" yishi:result="out"/>'
    case = Case(diagram(around(call, "s c e"), others=other), {"x": "您好"}, reload)
    [sent] = case.sent
    assert case.done and sent.context["inner"] == 7
