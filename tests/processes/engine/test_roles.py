from tests.processes.engine.play import Case, diagram, flows, task


def test_a_role_that_begins_with_equals_is_worked_out_when_the_task_begins():
    body = '<startEvent id="s"/>' + task("a", role="=who") + '<endEvent id="e"/>' + flows("s a e")
    case = Case(diagram(body), {"who": "community"})
    assert case.run.waiting()[0].role == "community"
