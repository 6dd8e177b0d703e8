"""Who takes part in a case sees where it stands, but not what departments said in confidence."""

from __future__ import annotations

import pytest

from processes.definition import Bundle
from services import documents, people, tasks
from services.cases import CaseView
from services.errors import NotFound
from tests.processes.engine.play import flows
from tests.services.town import Town, bundle, form, user

SECRET = "曾受处分"


def paper(name: str, template: str) -> str:
    return (
        f'<serviceTask id="{name}" name="{name}" yishi:effect="document"><extensionElements>'
        f'<yishi:param name="template" value="&quot;{template}&quot;"/></extensionElements></serviceTask>'
    )


BODY = (
    '<laneSet id="ls"><lane id="lc" name="社区" yishi:role="community"><flowNodeRef>pub</flowNodeRef></lane>'
    '<lane id="lg" name="工委" yishi:role="snc_clerk"><flowNodeRef>sum</flowNodeRef></lane></laneSet>'
    '<startEvent id="s"/>'
    + user("nominate", "FN", "community", unit="&quot;U1&quot;")
    + user("review", "FR", "reviewer", unit="&quot;JW&quot;")
    + paper("pub", "public") + paper("sum", "summary")
    + user("hear", "FH", "community", unit="&quot;U1&quot;")
    + '<endEvent id="e"/>' + flows("s nominate review pub sum hear e")
)  # fmt: skip


@pytest.fixture
def reviewed(town: Town) -> tuple[Town, int]:
    def hire(desk: object) -> None:
        people.add_person(desk, "ji", "纪委干部")
        people.add_post(desk, "ji", "reviewer", "JW")
        people.add_person(desk, "shui", "税务干部")
        people.add_unit(desk, "SW", "税务", "department", "ZS")
        people.add_post(desk, "shui", "reviewer", "SW")

    town.act(None, hire)
    found = bundle("secret", BODY, FN=form("FN", "nominee"), FR=form("FR", "basis"), FH=form("FH", "heard"))
    papers = {"documents/public.html": "<h1>公示</h1>", "documents/summary.html": "<h1>汇总</h1><p>{{ basis }}</p>"}
    town.publish(Bundle({**found.files, **{name: text.encode() for name, text in papers.items()}}))
    case = town.start("zhou", "secret").id
    town.complete("liu", case, "nominate", nominee="张三")
    town.complete("ji", case, "review", basis=SECRET)
    town.work()
    return town, case


def said(view: CaseView) -> str:
    return str([e.answers for e in view.history]) + str(view.data)


@pytest.mark.parametrize("login, sees", [("zhou", True), ("chen", True), ("qu", True), ("ji", True), ("liu", False)])
def test_an_opinion_is_read_by_its_author_and_those_who_read_everything(
    reviewed: tuple[Town, int], login: str, sees: bool
) -> None:
    town, case = reviewed
    view = town.view(case, login)
    assert (SECRET in str([e.answers for e in view.history])) is sees
    if login == "liu":
        assert SECRET not in said(view)
        task = town.open(case)["hear"].id
        seen = town.look("liu", lambda desk: tasks.open(desk, task))
        assert SECRET not in str(seen.material) + str(seen.history)
        assert ("nominee", "张三") in seen.material


def test_other_departments_do_not_even_see_the_case(reviewed: tuple[Town, int]) -> None:
    town, case = reviewed
    with pytest.raises(NotFound):
        town.view(case, "shui")


def test_papers_belong_to_the_lane_that_made_them(reviewed: tuple[Town, int]) -> None:
    town, case = reviewed
    everything = town.view(case, "zhou").documents
    assert {d.title for d in everything} == {"公示", "汇总"}
    assert {d.title for d in town.view(case, "liu").documents} == {"公示"}
    summary = next(d for d in everything if d.title == "汇总")
    assert SECRET in town.look("zhou", lambda desk: documents.get(desk, summary.id)).content.decode()
    with pytest.raises(NotFound):
        town.look("liu", lambda desk: documents.get(desk, summary.id))


def test_what_a_department_attaches_is_not_for_the_community_but_the_reverse_is(reviewed: tuple[Town, int]) -> None:
    town, case = reviewed
    sealed = town.act("ji", lambda desk: documents.attach(desk, case, "意见.pdf", "application/pdf", b"%PDF-1"))
    photo = town.act("liu", lambda desk: documents.attach(desk, case, "照片.jpg", "image/jpeg", b"jpeg"))
    assert town.look("ji", lambda desk: documents.get(desk, photo.id)).content == b"jpeg"
    assert town.look("zhou", lambda desk: documents.get(desk, sealed.id)).content == b"%PDF-1"
    with pytest.raises(NotFound):
        town.look("liu", lambda desk: documents.get(desk, sealed.id))
    with pytest.raises(NotFound):
        town.act("shui", lambda desk: documents.attach(desk, case, "x", "text/plain", b"x"))
