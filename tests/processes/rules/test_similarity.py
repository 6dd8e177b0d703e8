from fractions import Fraction

from processes.rules import RULES


def similar(text, among, **more):
    found = RULES["similar"].call({"text": text, "among": [{"no": n, "title": t} for n, t in among], **more})
    return [(row["no"], Fraction(int(row["numerator"]), int(row["denominator"]))) for row in found["rows"]]


def test_pairs_of_characters_are_counted_exactly():
    # 路灯不亮 has 路灯 灯不 不亮; 路灯坏了 has 路灯 灯坏 坏了: one shared pair of three and three
    assert similar("路灯不亮", [("1", "路灯坏了")], threshold="1/3") == [("1", Fraction(1, 3))]
    assert similar("路灯不亮", [("1", "路灯坏了")], threshold="1/2") == []


def test_punctuation_spaces_and_case_do_not_count():
    assert similar("望江路：路灯 A 不亮。", [("1", "望江路路灯a不亮")]) == [("1", Fraction(1))]


def test_the_closest_comes_first_equals_in_the_given_order_and_no_more_than_asked():
    among = [("1", "电梯坏了"), ("2", "公交线路太少"), ("3", "公交线路太少了"), ("4", "公交线路太少")]
    assert [no for no, _ in similar("公交线路太少", among, most=2)] == ["2", "4"]


def test_a_pair_used_twice_counts_as_often_as_both_have_it():
    assert similar("哈哈哈", [("1", "哈哈")]) == [("1", Fraction(2, 3))]


def test_nothing_is_like_nothing():
    assert similar("", [("1", "路灯")]) == [] and similar("路灯", []) == [] and similar("路灯", [("1", "")]) == []
