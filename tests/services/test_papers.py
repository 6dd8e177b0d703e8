"""What a paper says: the words of the case, not the words it is filed under."""

from __future__ import annotations

from processes.definition import Bundle
from services import cases
from tests.processes.engine.play import flows
from tests.services.town import Town, bundle, form, user

BODY = (
    '<startEvent id="s"/>' + user("t1")
    + '<serviceTask id="d" yishi:effect="document"><extensionElements>'
    '<yishi:param name="template" value="&quot;slip&quot;"/>'
    '<yishi:param name="title" value="&quot;交办单：&quot; + title"/>'
    '</extensionElements></serviceTask>'
    + user("t2") + '<endEvent id="e"/>' + flows("s t1 d t2 e")
)  # fmt: skip


def test_the_title_a_paper_is_filed_under_does_not_hide_the_title_of_the_case(town: Town) -> None:
    made = bundle("slips", BODY, F=form("F", "title"))
    paper = "<h1>交办单</h1><p>事项：{{ title }}。</p>".encode()
    town.publish(Bundle({**made.files, "documents/slip.html": paper}))
    case = town.start("zhou", "slips").id
    town.complete("zhou", case, "t1", title="路灯不亮")
    town.work()
    (found, *_) = town.look(None, lambda desk: cases.view(desk, case)).documents
    assert found.title == "交办单：路灯不亮"
    assert "事项：路灯不亮。".encode() in _contents(town)


def _contents(town: Town) -> bytes:
    return b"\n".join(bytes(content) for (content,) in town.query("SELECT content FROM blobs"))
