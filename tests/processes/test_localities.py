from pathlib import Path

import pytest

from processes.findings import Finding
from processes.localities import Locality, changed, load_localities, read_locality

PLACES, FINDINGS = load_localities()
REGISTER = PLACES["default"]


def refused(line: str) -> Finding:
    place, findings = read_locality("place.toml", f'id = "place"\n[parameters]\n{line}\n', REGISTER)
    assert len(findings) == 1
    assert findings[0].line == 3
    assert place.parameters == REGISTER.parameters
    return findings[0]


def test_packaged_tables_have_no_findings() -> None:
    assert FINDINGS == []
    assert set(PLACES) == {
        "default", "yongchuan-zhongshanlu", "hanbin", "qingjiangpu-changxi", "zhongshan", "jianxi", "yangquan-beidajie",
        "wenling-chengbei",
        "dongguan-dongcheng",
    }  # fmt: skip


def test_every_parameter_has_label_unit_and_source() -> None:
    for place in PLACES.values():
        assert all(p.label and p.unit and p.source for p in place.parameters.values())


def test_a_place_inherits_what_it_does_not_say() -> None:
    place = PLACES["yongchuan-zhongshanlu"]
    assert place.parameters["seats"].value == 70
    assert "seats" in place.own
    assert place.parameters["filingDays"] == REGISTER.parameters["filingDays"]
    assert place.parameters["jointSignMin"].label == "联名推荐人数"


def test_values_as_case_data() -> None:
    params = PLACES["yongchuan-zhongshanlu"].params()
    assert params["noticeDays"] == {"amount": 3, "unit": "WD"}
    assert params["assemblyQuorum"] == {"numerator": 2, "denominator": 3}
    assert params["seats"] == 70
    assert params["assemblyGate"] is True
    assert params["reviewDepartments"][0]["code"] == "organization"
    assert PLACES["hanbin"].params()["assemblyGate"] is False


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ('assemblyQuorum = { value = "3/5", unit = "比例", source = "本地" }', "locality-floor"),
        ('assemblyMajority = { value = "49/100", unit = "比例", source = "本地" }', "locality-floor"),
        ('districtReply = { value = 2, unit = "MO", source = "本地" }', "locality-floor"),
        ('districtReply = { value = 90, unit = "CD", source = "本地" }', "locality-unit"),
        ('logKeep = { value = 5, unit = "MO", source = "本地" }', "locality-floor"),
        ('noticeDays = { value = 3, unit = "WD" }', "locality-missing"),
        ('noticeDays = { value = 3, unit = "WD", source = "  " }', "locality-missing"),
        ('noticeDays = { value = 3, source = "本地" }', "locality-missing"),
        ('noticeDays = { unit = "WD", source = "本地" }', "locality-missing"),
        ('noticeDays = { value = 3, unit = "天", source = "本地" }', "locality-unit"),
        ('noticeDays = { value = "3", unit = "WD", source = "本地" }', "locality-type"),
        ('noticeDays = { value = -3, unit = "WD", source = "本地" }', "locality-type"),
        ('noticeDays = { value = 2.5, unit = "WD", source = "本地" }', "locality-type"),
        ('noticeDays = { value = true, unit = "WD", source = "本地" }', "locality-type"),
        ('seats = { value = 70, unit = "个", source = "本地" }', "locality-unit"),
        ('womenMin = { value = "0.3", unit = "比例", source = "本地" }', "locality-type"),
        ('womenMin = { value = "3/0", unit = "比例", source = "本地" }', "locality-type"),
        ('notceDays = { value = 3, unit = "WD", source = "本地" }', "locality-unknown"),
        ('noticeDays = { value = 3, unit = "WD", source = "本地", flor = 2 }', "locality-field"),
        ("noticeDays = 3", "locality-field"),
    ],
)
def test_refusals_name_the_line(line: str, rule: str) -> None:
    assert refused(line).rule == rule


def test_a_place_may_not_lower_a_floor_by_restating_it() -> None:
    line = 'assemblyQuorum = { value = "1/2", unit = "比例", source = "本地", floor = "1/2" }'
    assert refused(line).rule == "locality-floor"


def test_terms_without_a_floor_may_change_their_unit() -> None:
    text = '[parameters]\nnoticeDays = { value = 5, unit = "CD", source = "本地" }\n'
    place, findings = read_locality("place.toml", text, REGISTER)
    assert findings == []
    assert (place.id, place.params()["noticeDays"]) == ("place", {"amount": 5, "unit": "CD"})


def test_stricter_than_the_floor_is_allowed() -> None:
    text = '[parameters]\nassemblyQuorum = { value = "3/4", unit = "比例", source = "本地" }\n'
    assert read_locality("place.toml", text, REGISTER)[1] == []


def test_broken_toml_names_the_line() -> None:
    place, findings = read_locality("place.toml", 'id = "x"\nseats = = 3\n', REGISTER)
    assert [(f.rule, f.line) for f in findings] == [("locality-syntax", 2)]
    assert place.parameters == REGISTER.parameters


def test_one_line_edited_on_the_site() -> None:
    place, findings = changed(REGISTER, REGISTER, "noticeDays", {"value": 5, "unit": "WD", "source": "本地"})
    assert findings == []
    assert place.params()["noticeDays"]["amount"] == 5
    same, findings = changed(place, REGISTER, "noticeDays", {"value": 5, "unit": "WD", "source": ""})
    assert same is place
    assert len(findings) == 1


def test_all_files_of_a_folder_are_read(tmp_path: Path) -> None:
    (tmp_path / "default.toml").write_text(
        '[parameters]\nseats = { label = "名额", value = 55, unit = "人", source = "默认" }\n', encoding="utf-8"
    )
    (tmp_path / "a.toml").write_text('id = "a"\n[parameters]\nx = { value = 1 }\n', encoding="utf-8")
    places, findings = load_localities(tmp_path)
    assert isinstance(places["a"], Locality)
    assert [(f.file, f.rule) for f in findings] == [("a.toml", "locality-unknown")]
