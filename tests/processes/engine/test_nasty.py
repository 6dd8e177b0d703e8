"""Legal diagrams in which two rules of BPMN meet; each played straight through and reloaded after every act."""

from __future__ import annotations

from tests.processes.engine.play import Case, diagram, flow, flows, script, task

MI = '<multiInstanceLoopCharacteristics isSequential="{seq}" yishi:collection="{over}" yishi:element="item"/>'


def many(over: str, sequential: bool = False) -> str:
    """Multi-instance over a FEEL list."""
    return MI.format(seq=str(sequential).lower(), over=over)


def sub(name: str, body: str, first: str = "", **attributes: str) -> str:
    extra = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f'<subProcess id="{name}"{extra}>{first}{body}</subProcess>'


def boundary(name: str, host: str, event: str, cancel: bool = True) -> str:
    return f'<boundaryEvent id="{name}" attachedToRef="{host}" cancelActivity="{str(cancel).lower()}">{event}</boundaryEvent>'


def timer(text: str) -> str:
    return f"<timerEventDefinition><timeDuration>{text}</timeDuration></timerEventDefinition>"


def start(name: str = "s") -> str:
    return f'<startEvent id="{name}"/>'


def end(name: str = "e", event: str = "") -> str:
    return f'<endEvent id="{name}">{event}</endEvent>'


STOP = '<message id="M" name="stop"/>'
CATCH = '<messageEventDefinition messageRef="M"/>'


def test_many_inside_an_event_sub_process_that_interrupts(reload):
    handler = (
        f'<startEvent id="hs" isInterrupting="true">{CATCH}</startEvent>'
        + task("each", many("[1, 2, 3]"))
        + end("he")
        + flows("hs each he")
    )
    body = start() + task("a") + end() + flows("s a e") + sub("h", handler, triggeredByEvent="true")
    case = Case(diagram(body, STOP), reload=reload)
    assert case.receive("stop")
    assert case.open() == ["each", "each", "each"]
    assert not case.receive("stop")
    case.complete("each", 1).complete("each").complete("each")
    assert (case.done, case.ends) == (True, ["he"])


def test_a_boundary_timer_on_many_calls_stops_them_all(reload):
    called = '<process id="q" isExecutable="true">' + start("qs") + task("work") + end("qe") + flows("qs work qe")
    body = (
        start()
        + f'<callActivity id="c" calledElement="q">{many("[1, 2]")}</callActivity>'
        + boundary("b", "c", timer("P1D"))
        + task("late")
        + end()
        + end("e2")
        + flows("s c e", "b late e2")
    )
    case = Case(diagram(body, others=called + "</process>"), reload=reload)
    assert case.open() == ["work", "work"]
    case.complete("work")
    assert case.wait(days=2) == 1
    assert case.open() == ["late"]
    assert case.complete("late").ends == ["e2"]


def test_compensation_inside_an_instance_undoes_only_that_instance(reload):
    inner = (
        start("is")
        + task("do")
        + boundary("cb", "do", "<compensateEventDefinition/>")
        + task("undo", isForCompensation="true").replace("yishi:isFor", "isFor")
        + '<association id="as" sourceRef="cb" targetRef="undo"/>'
        + task("ask")
        + '<exclusiveGateway id="x" default="x_ie"/>'
        + '<intermediateThrowEvent id="t"><compensateEventDefinition/></intermediateThrowEvent>'
        + end("ie")
        + end("ic")
        + flows("is do ask x ie", "t ic")
        + flow("x", "t", "bad")
    )
    body = start() + sub("m", inner, many("[1, 2]")) + end() + flows("s m e")
    case = Case(diagram(body), {"bad": False}, reload=reload)
    case.complete("do").complete("do")
    case.complete("ask", bad=False)
    assert case.open() == ["ask"]
    case.complete("ask", bad=True)
    assert case.open() == ["undo"]
    assert case.complete("undo").done


def test_an_inclusive_join_does_not_wait_for_the_event_that_lost(reload):
    body = (
        start()
        + '<inclusiveGateway id="o"/>'
        + task("a")
        + '<eventBasedGateway id="g"/>'
        + f'<intermediateCatchEvent id="m">{CATCH}</intermediateCatchEvent>'
        + f'<intermediateCatchEvent id="w">{timer("P1D")}</intermediateCatchEvent>'
        + task("b")
        + '<inclusiveGateway id="j"/>'
        + end()
        + flows("s o", "a j", "g m b j", "g w j", "j e")
        + flow("o", "a", "true")
        + flow("o", "g", "true")
    )
    case = Case(diagram(body, STOP), reload=reload)
    case.complete("a")
    assert not case.done
    case.receive("stop")
    assert case.open() == ["b"]
    assert case.wait(days=2) == 0
    assert case.complete("b").ends == ["e"]


def test_of_two_timers_at_one_moment_an_interrupting_one_fires_once(reload):
    body = (
        start()
        + task("a")
        + boundary("b1", "a", timer("P1D"))
        + boundary("b2", "a", timer("P1D"))
        + end()
        + end("e1")
        + end("e2")
        + flows("s a e", "b1 e1", "b2 e2")
    )
    case = Case(diagram(body), reload=reload)
    assert case.wait(days=1) == 1
    assert case.ends == ["e1"]


def test_a_message_sent_is_not_received_by_its_own_case_before_it_waits(reload):
    body = (
        start()
        + '<parallelGateway id="f"/>'
        + '<intermediateThrowEvent id="t"><messageEventDefinition messageRef="M"/></intermediateThrowEvent>'
        + f'<intermediateCatchEvent id="c">{CATCH}</intermediateCatchEvent>'
        + '<parallelGateway id="j"/>'
        + end()
        + flows("s f t j e", "f c j")
    )
    case = Case(diagram(body, STOP), reload=reload)
    assert [one.name for one in case.sent] == ["stop"]
    assert case.receive("stop")
    assert case.ends == ["e"]


def test_an_escalation_from_a_called_process_leaves_it_running(reload):
    roots = '<escalation id="X" name="x" escalationCode="x"/>'
    throw = '<escalationEventDefinition escalationRef="X"/>'
    called = (
        '<process id="q" isExecutable="true">'
        + start("qs")
        + f'<intermediateThrowEvent id="t">{throw}</intermediateThrowEvent>'
        + task("work")
        + end("qe")
        + flows("qs t work qe")
        + "</process>"
    )
    body = (
        start()
        + '<callActivity id="c" calledElement="q"/>'
        + boundary("b", "c", throw, cancel=False)
        + task("look")
        + end()
        + end("e2")
        + flows("s c e", "b look e2")
    )
    case = Case(diagram(body, roots, called), reload=reload)
    assert sorted(case.open()) == ["look", "work"]
    case.complete("work")
    assert not case.done
    assert sorted(case.complete("look").ends) == ["e", "e2"]


def test_terminate_in_an_instance_ends_that_instance_alone(reload):
    inner = (
        start("is")
        + '<parallelGateway id="f"/>'
        + task("a")
        + task("b")
        + end("ie")
        + end("it", "<terminateEventDefinition/>")
        + flows("is f a ie", "f b it")
    )
    body = start() + sub("m", inner, many("[1, 2]")) + task("after") + end() + flows("s m after e")
    case = Case(diagram(body), reload=reload)
    assert case.open() == ["a", "b", "a", "b"]
    case.complete("b")
    assert case.open() == ["a", "b"]
    case.complete("b")
    assert case.open() == ["after"]


def test_a_boundary_event_ends_a_loop_in_whatever_round(reload):
    loop = (
        '<standardLoopCharacteristics loopMaximum="5"><loopCondition>n &lt; 4</loopCondition>'
        "</standardLoopCharacteristics>"
    )
    inner = start("is") + task("a") + script("c", "{n: n + 1}") + end("ie") + flows("is a c ie")
    body = start() + sub("l", inner, loop) + boundary("b", "l", CATCH) + end() + end("e2") + flows("s l e", "b e2")
    case = Case(diagram(body, STOP), {"n": 0}, reload=reload)
    case.complete("a").complete("a")
    assert (case.open(), case.data["n"]) == (["a"], 2)
    assert case.receive("stop")
    assert (case.ends, case.done) == (["e2"], True)
    whole = Case(diagram(body, STOP), {"n": 0}, reload=reload)
    for _ in range(4):
        whole.complete("a")
    assert (whole.ends, whole.data["n"]) == (["e"], 4)


def test_a_condition_inside_an_instance_sees_that_instances_variable(reload):
    inner = (
        start("is")
        + '<parallelGateway id="f"/>'
        + task("a", result="answer")
        + '<intermediateCatchEvent id="w"><conditionalEventDefinition><condition>answer.go = true</condition>'
        "</conditionalEventDefinition></intermediateCatchEvent>"
        + task("b")
        + end("ie")
        + end("ib")
        + flows("is f a ie", "f w b ib")
    )
    body = script("z", "{answer: null}") + start() + sub("m", inner, many("[1, 2]")) + end() + flows("s z m e")
    case = Case(diagram(body), reload=reload)
    case.complete("a", 1, go=False)
    assert case.open() == ["a"]
    case.complete("a", go=True)
    assert "b" in case.open()
