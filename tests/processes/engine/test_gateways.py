"""Splits and joins."""

from tests.processes.engine.play import Case, diagram, flow, flows, script, task


def test_exclusive_gateway_takes_the_first_true_exit_in_file_order(reload):
    body = (
        '<startEvent id="s"/><exclusiveGateway id="g" default="g_c"/>'
        + task("a") + task("b") + task("c")
        + flow("s", "g") + flow("g", "b", "x &gt; 1") + flow("g", "a", "x &gt; 0") + flow("g", "c")
        + '<endEvent id="e"/>' + flows("a e", "b e", "c e")
    )  # fmt: skip
    assert Case(diagram(body), {"x": 5}, reload).open() == ["b"]
    assert Case(diagram(body), {"x": 1}, reload).open() == ["a"]
    assert Case(diagram(body), {"x": 0}, reload).open() == ["c"]


def test_moving_shapes_does_not_change_the_branch(reload):
    body = (
        '<startEvent id="s"/><exclusiveGateway id="g"/>' + task("a") + task("b")
        + flow("s", "g") + flow("g", "a", "true") + flow("g", "b", "true") + '<endEvent id="e"/>' + flows("a e", "b e")
    )  # fmt: skip
    for above in ("a", "b"):
        shapes = "".join(
            f'<s:BPMNShape bpmnElement="{n}"><b:Bounds x="200" y="{0 if n == above else 300}" width="100" height="80"/>'
            "</s:BPMNShape>" for n in ("a", "b")
        )  # fmt: skip
        drawing = (
            '<s:BPMNDiagram xmlns:s="http://www.omg.org/spec/BPMN/20100524/DI" '
            f'xmlns:b="http://www.omg.org/spec/DD/20100524/DC"><s:BPMNPlane bpmnElement="p">{shapes}</s:BPMNPlane></s:BPMNDiagram>'
        )
        assert Case(diagram(body, others=drawing), {}, reload).open() == ["a"]


def test_a_condition_without_an_answer_parks_the_case_and_can_be_tried_again(reload):
    body = (
        '<startEvent id="s"/>' + task("ask") + '<exclusiveGateway id="g"/>' + task("a") + task("b")
        + flows("s ask g") + flow("g", "a", "x &gt; 1") + flow("g", "b", "x &lt;= 1")
        + '<endEvent id="e"/>' + flows("a e", "b e")
    )  # fmt: skip
    case = Case(diagram(body), {"x": None}, reload).complete("ask", opinion="同意")
    [stuck] = [w for w in case.run.waiting() if w.kind == "incident"]
    assert stuck.element == "g" and "x > 1" in str(stuck.reason)
    assert case.data["opinion"] == "同意", "the officer's answer is kept"
    case.do(lambda run: run.put({"x": 2}, case.at))
    case.retry("g")
    assert case.open() == ["a"]


def test_parallel_join_waits_for_every_branch(reload):
    body = (
        '<startEvent id="s"/><parallelGateway id="f"/>' + task("a") + task("b") + '<parallelGateway id="j"/><endEvent id="e"/>'
        + flows("s f a j e", "f b j")
    )  # fmt: skip
    case = Case(diagram(body), {}, reload)
    assert case.open() == ["a", "b"]
    case.complete("b", y=2)
    assert not case.done
    case.complete("a", x=1)
    assert case.done and case.ends == ["e"] and case.data == {"x": 1, "y": 2}


def test_a_late_branch_does_not_overwrite_what_an_earlier_one_changed(reload):
    body = (
        '<startEvent id="s"/><parallelGateway id="f"/>' + task("a") + task("b") + '<parallelGateway id="j"/><endEvent id="e"/>'
        + flows("s f a j e", "f b j")
    )  # fmt: skip
    case = Case(diagram(body), {"x": 1}, reload).complete("a", x=2).complete("b", y=3)
    assert case.data == {"x": 2, "y": 3}


def test_a_join_whose_branch_is_dead_waits_as_bpmn_says(reload):
    body = (
        '<startEvent id="s"/><exclusiveGateway id="x"/>' + task("a") + task("b") + '<parallelGateway id="j"/><endEvent id="e"/>'
        + flow("s", "x") + flow("x", "a", "true") + flow("x", "b", "false") + flows("a j e", "b j")
    )  # fmt: skip
    case = Case(diagram(body), {}, reload).complete("a")
    assert not case.done and case.run.waiting() == []


def test_a_parallel_block_inside_a_loop(reload):
    body = (
        '<startEvent id="s"/>' + script("init", "{n: 0}") + '<exclusiveGateway id="m"/><parallelGateway id="f"/>'
        + task("a") + task("b") + '<parallelGateway id="j"/>' + script("count", "{n: n + 1}") + '<exclusiveGateway id="x"/><endEvent id="e"/>'
        + flows("s init m f a j count x", "f b j") + flow("x", "m", "n &lt; 3") + flow("x", "e", "n &gt;= 3")
    )  # fmt: skip
    case = Case(diagram(body), {}, reload)
    for _ in range(3):
        case.complete("b").complete("a")
    assert case.done and case.data["n"] == 3


def test_inclusive_split_and_join(reload):
    body = (
        '<startEvent id="s"/><inclusiveGateway id="f"/>' + task("a") + task("b") + task("c") + '<inclusiveGateway id="j"/><endEvent id="e"/>'
        + flow("s", "f") + flow("f", "a", "x &gt; 0") + flow("f", "b", "x &gt; 1") + flow("f", "c", "x &gt; 2") + flows("a j e", "b j", "c j")
    )  # fmt: skip
    case = Case(diagram(body), {"x": 2}, reload)
    assert case.open() == ["a", "b"]
    case.complete("a")
    assert not case.done
    case.complete("b")
    assert case.done and case.ends == ["e"]


def test_inclusive_join_waits_for_a_branch_that_loops_back(reload):
    body = (
        '<startEvent id="s"/><inclusiveGateway id="f"/>' + task("a") + task("b") + '<exclusiveGateway id="again"/>'
        + '<inclusiveGateway id="j"/><endEvent id="e"/>'
        + flow("s", "f") + flow("f", "a", "true") + flow("f", "b", "true") + flows("a j e", "b again")
        + flow("again", "b", "redo", "back") + flow("again", "j", "not(redo)")
    )  # fmt: skip
    case = Case(diagram(body), {"redo": False}, reload).complete("a").complete("b", redo=True)
    assert not case.done and case.open() == ["b"]
    case.complete("b", redo=False)
    assert case.done


def test_several_flows_from_a_task_split(reload):
    body = '<startEvent id="s"/>' + task("t") + task("a") + task("b") + '<endEvent id="e"/>' + flows("s t a e", "t b e")
    case = Case(diagram(body), {}, reload).complete("t")
    assert case.open() == ["a", "b"]
    case.complete("a").complete("b")
    assert case.ends == ["e", "e"]


def test_conditional_flows_from_a_task(reload):
    body = (
        '<startEvent id="s"/><userTask id="t" default="t_b"/>' + task("a") + task("b") + '<endEvent id="e"/>'
        + flow("s", "t") + flow("t", "a", "x &gt; 1") + flow("t", "b") + flows("a e", "b e")
    )  # fmt: skip
    assert Case(diagram(body), {}, reload).complete("t", x=2).open() == ["a"]
    assert Case(diagram(body), {}, reload).complete("t", x=0).open() == ["b"]


def test_event_gateway_takes_the_first_event_and_forgets_the_others(reload):
    roots = '<message id="m" name="回复"/>'
    body = (
        '<startEvent id="s"/><eventBasedGateway id="g"/>'
        '<intermediateCatchEvent id="reply"><messageEventDefinition messageRef="m"/></intermediateCatchEvent>'
        '<intermediateCatchEvent id="late"><timerEventDefinition><timeDuration>P3D</timeDuration></timerEventDefinition></intermediateCatchEvent>'
        '<endEvent id="yes"/><endEvent id="no"/>' + flows("s g reply yes", "g late no")
    )  # fmt: skip
    case = Case(diagram(body, roots), {}, reload)
    assert case.receive("回复", None, text="好")
    assert case.done and case.ends == ["yes"] and case.data["text"] == "好"
    case = Case(diagram(body, roots), {}, reload)
    assert case.wait(days=2) == 0 and case.wait(days=2) == 1
    assert case.ends == ["no"] and not case.run.waiting()


def test_six_hundred_rounds_do_not_stop_silently(reload):
    body = (
        '<startEvent id="s"/>' + script("init", "{n: 0}") + '<exclusiveGateway id="m"/>' + script("count", "{n: n + 1}")
        + '<exclusiveGateway id="x"/><endEvent id="e"/>' + flows("s init m count x")
        + flow("x", "m", "n &lt; 600") + flow("x", "e", "n &gt;= 600")
    )  # fmt: skip
    case = Case(diagram(body), {}, reload)
    assert case.done and case.data["n"] == 600 and case.ends == ["e"]


def test_a_thousand_nodes_in_a_row(reload):
    names = [f"t{n}" for n in range(1200)]
    body = (
        '<startEvent id="s"/>'
        + "".join(f'<task id="{n}"/>' for n in names)
        + '<endEvent id="e"/>'
        + flows(" ".join(["s", *names, "e"]))
    )
    assert Case(diagram(body), {}, reload).ends == ["e"]


def test_a_circle_without_a_person_is_stopped_and_named(reload):
    body = (
        '<startEvent id="s"/><task id="a"/><exclusiveGateway id="g"/><endEvent id="e"/>'
        + flows("s a g")
        + flow("g", "a", "true", "back")
        + flow("g", "e", "false")
    )
    case = Case(diagram(body), {}, reload)
    assert [w.kind for w in case.run.waiting()] == ["incident"]
