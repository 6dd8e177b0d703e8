"""Every sentence people read has its English, and the English keeps its places."""

from __future__ import annotations

from babel.messages import Catalog

from processes.text import T
from services import i18n


def test_the_catalogue_is_complete() -> None:
    assert i18n.problems("en") == []


def test_a_gap_would_be_found() -> None:
    catalog = Catalog(locale="en")
    for msgid, english in (("甲{n}", "a"), ("乙", ""), ("丙%(x)s", "c %(x)s")):
        catalog.add(msgid, english)
    assert [i18n._translated(m) for m in catalog if m.id] == [True, False, True]
    assert [i18n._same_places(m) for m in catalog if m.id] == [False, True, True]


def test_sentences_are_translated_with_their_parameters() -> None:
    inner = T("星期一")
    english = i18n.catalogue("en")
    assert (
        english.say(T("“{title}”已经启动，编号 {no}。", title=inner, no=3)) == "“Monday” has started; its number is 3."
    )
    assert i18n.say(T("“{title}”已经启动，编号 {no}。", title="甲", no=3)) == "“甲”已经启动，编号 3。"
    assert english.say(T("没有人译过这一句{n}", n=1)) == "没有人译过这一句1"


def test_english_counts_one_and_many() -> None:
    english = i18n.catalogue("en")
    said = [english.ngettext("还剩 %(num)s 个工作日", "还剩 %(num)s 个工作日", n) % {"num": n} for n in (1, 2)]
    assert said == ["1 working day left", "2 working days left"]
    assert i18n.catalogue("zh_CN").ngettext("%(num)s 件", "%(num)s 件", 1) == "%(num)s 件"


def test_an_unknown_language_is_chinese() -> None:
    assert i18n.catalogue("../../etc").locale == "zh_CN"
