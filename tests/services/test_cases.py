from __future__ import annotations

from io import BytesIO

import pytest
from docx import Document

from services import cases, documents, tasks
from services.errors import Conflict, Invalid, KeyReused, NotAllowed, NotFound
from tests.processes.engine.play import flows
from tests.services.town import Town, bundle, form, user

CHAIN = (
    '<startEvent id="s"/>' + "".join(user(f"t{n}") for n in (1, 2, 3)) + '<endEvent id="e" name="办结" yishi:end="E-1"/>'
    + flows("s t1 t2 t3 e")
)  # fmt: skip


def chain(key: str = "chain") -> object:
    return bundle(key, CHAIN, F=form("F", "note"))


def test_a_chain_is_completed_by_different_clerks(town: Town, warmth: str) -> None:
    town.publish(chain())
    case = town.start("zhou", "chain")
    assert (case.no, case.state, case.street_name) == ("中〔2026〕001", "running", "中山路街道")
    done = town.complete("zhou", case.id, "t1", note="一")
    assert [row.element for row in done.next] == ["t2"]
    assert "t1办" in str(done.said)
    town.complete("wang", case.id, "t2", note="二")
    town.complete("zhou", case.id, "t3", note="三")
    view = town.view(case.id)
    assert (view.head.state, view.head.outcome) == ("ended", "办结")
    assert [(e.who, str(e.what), e.answers) for e in view.history[1:]] == [
        ("周敏", "办理了“t1办”", (("note", "一"),)),
        ("王芳", "办理了“t2办”", (("note", "二"),)),
        ("周敏", "办理了“t3办”", (("note", "三"),)),
    ]
    assert view.data == [("note", "三")]
    assert [(s.element, s.state, s.who) for s in view.steps[:2]] == [("t1", "done", "周敏"), ("t2", "done", "王芳")]


def test_numbers_count_per_street_and_year(town: Town) -> None:
    town.publish(chain())
    assert [town.start("zhou", "chain").no for _ in range(2)] == ["中〔2026〕001", "中〔2026〕002"]
    assert town.start("zhao", "chain").no == "中〔2026〕001"


def test_the_same_key_starts_one_case(town: Town) -> None:
    town.publish(chain())
    first = town.start("zhou", "chain", key="once")
    assert town.start("zhou", "chain", key="once").id == first.id
    assert town.query("SELECT count(*) FROM cases") == [(1,)]
    assert town.start("wang", "chain", key="once").id != first.id


def test_answers_that_do_not_fit_change_nothing(town: Town) -> None:
    town.publish(chain())
    case = town.start("zhou", "chain")
    before = town.query("SELECT * FROM cases")
    with pytest.raises(Invalid) as refused:
        town.complete("zhou", case.id, "t1", note="")
    assert list(refused.value.fields) == ["note"]
    with pytest.raises(Invalid):
        town.complete("zhou", case.id, "t1", note="好", strange="x")
    assert town.query("SELECT * FROM cases") == before
    assert town.complete("zhou", case.id, "t1", note="好").next


def test_a_submission_repeated_gives_the_same_answer_and_one_effect(town: Town) -> None:
    town.publish(chain())
    case = town.start("zhou", "chain")
    task = town.open(case.id)["t1"].id
    first = town.act("zhou", lambda d: tasks.complete(d, task, {"note": "好"}, "k"))
    again = town.act("zhou", lambda d: tasks.complete(d, task, {"note": "好", "_csrf": "x"}, "k"))
    assert (str(again.said), [r.id for r in again.next]) == (str(first.said), [r.id for r in first.next])
    with pytest.raises(KeyReused):
        town.act("zhou", lambda d: tasks.complete(d, task, {"note": "坏"}, "k"))
    with pytest.raises(KeyReused):
        town.act("zhou", lambda d: tasks.complete(d, first.next[0].id, {"note": "好"}, "k"))
    assert town.query("SELECT count(*) FROM events WHERE act = 'complete'") == [(1,)]


def test_who_comes_second_hears_who_was_first(town: Town) -> None:
    town.publish(chain())
    case = town.start("zhou", "chain")
    task = town.open(case.id)["t1"].id
    town.complete("zhou", case.id, "t1", note="好")
    with pytest.raises(Conflict) as late:
        town.act("wang", lambda d: tasks.complete(d, task, {"note": "我也"}, "k2"))
    assert (late.value.who, late.value.when) == ("周敏", town.now)
    assert "周敏" in str(late.value)


def test_messages_children_documents(town: Town, warmth: str) -> None:
    town.publish_opinions()
    case = town.start("zhou", "opinions", "collect")
    town.complete("zhou", case.id, "Plan", topic="路灯")
    town.work()
    children = town.view(case.id).children
    assert [c.title for c in children] == ["社区意见"] * 3
    for login, child in zip(("liu", "sun", "qian"), children, strict=True):
        [task] = town.todo(login)
        assert task.case_id == child.id
        town.complete(login, child.id, "Write", text=f"{login}同意")
    town.work()
    view = town.view(case.id)
    assert view.head.outcome == "已汇总"
    assert [d.title for d in view.documents] == ["意见汇总"]
    paper = town.look("zhou", lambda d: documents.get(d, view.documents[0].id))
    assert "意见汇总" in paper.content.decode()
    assert "意见汇总" in "".join(p.text for p in Document(BytesIO(paper.word())).paragraphs)
    with pytest.raises(NotFound):
        town.look("zhao", lambda d: documents.get(d, view.documents[0].id))


def test_only_the_right_posts_start_and_do(town: Town) -> None:
    town.publish_opinions()
    with pytest.raises(NotAllowed):
        town.start("liu", "opinions", "collect")
    with pytest.raises(NotAllowed):
        town.start("zhou", "opinions", "opinion")
    with pytest.raises(NotFound):
        town.start("zhou", "opinions", "nothing")
    case = town.start("zhou", "opinions", "collect")
    task = town.open(case.id)["Plan"].id
    with pytest.raises(NotFound):
        town.act("liu", lambda d: tasks.complete(d, task, {"topic": "x"}, "k"))
    assert [s.process for s in town.look("zhou", cases.startable)] == ["collect"]
    assert town.look("liu", cases.startable) == []
