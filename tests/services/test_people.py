from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest

from services import cases, people, tasks
from services.errors import Invalid, NotFound, TooManyAttempts
from services.store.db import Engine, reading, writing
from services.store.tidy import tidy
from tests.services.test_cases import chain
from tests.services.town import MONDAY, Town

SECRET = "工委的长密码2026"


def log_in(town: Town, login: str, password: str, address: str = "10.0.0.1") -> str | None:
    with writing(town.engine) as db:
        return people.login(db, login, password, town.now, address)


def who(town: Town, token: str, **later: float) -> people.Actor | None:
    with reading(town.engine) as db:
        return people.session(db, token, town.now + timedelta(**later))


@pytest.fixture
def zhou(town: Town) -> Town:
    town.act(None, lambda desk: people.set_password(desk, "zhou", SECRET))
    return town


def test_a_session_knows_the_person_and_all_posts(zhou: Town) -> None:
    zhou.act(None, lambda desk: people.add_post(desk, "zhou", "deputy", "ZS"))
    token = log_in(zhou, "zhou", SECRET)
    assert token is not None
    actor = who(zhou, token)
    assert actor is not None
    assert (actor.name, [(p.role, p.unit_code) for p in actor.posts]) == (
        "周敏",
        [("deputy", "ZS"), ("snc_clerk", "ZS")],
    )
    assert len(actor.csrf) >= 32
    assert who(zhou, "wrong") is None
    assert who(zhou, token, hours=12) is None


def test_neither_password_nor_token_is_stored_readably(zhou: Town) -> None:
    token = log_in(zhou, "zhou", SECRET)
    stored = str(zhou.query("SELECT password FROM persons")) + str(zhou.query("SELECT * FROM sessions"))
    assert "$argon2id$" in stored
    assert SECRET not in stored
    assert token not in stored


def test_each_login_has_a_new_token_and_logout_ends_one(zhou: Town) -> None:
    first, second = log_in(zhou, "zhou", SECRET), log_in(zhou, "zhou", SECRET)
    assert first and second and first != second
    with writing(zhou.engine) as db:
        people.logout(db, first)
    assert who(zhou, first) is None
    assert who(zhou, second) is not None


def test_a_session_lasts_as_long_as_the_place_says(zhou: Town) -> None:
    with writing(zhou.engine) as db:
        token = people.login(db, "zhou", SECRET, zhou.now, hours=2)
    assert token is not None
    assert who(zhou, token, minutes=119) is not None
    assert who(zhou, token, minutes=120) is None


def test_a_disabled_person_is_out_at_once_and_stays_out(zhou: Town) -> None:
    token = log_in(zhou, "zhou", SECRET)
    zhou.act(None, lambda desk: people.disable(desk, "zhou"))
    assert token is not None
    assert who(zhou, token) is None
    assert log_in(zhou, "zhou", SECRET) is None


def test_what_a_person_had_taken_goes_back_when_the_post_or_the_person_goes(town: Town) -> None:
    town.publish(chain())
    for leave in (
        lambda desk: people.remove_post(desk, "wang", "snc_clerk", "ZS"),
        lambda desk: people.disable(desk, "zhou"),
    ):
        case = town.start("zhou", "chain")
        task = town.open(case.id)["t1"].id
        who = "wang" if case.id == 1 else "zhou"
        town.act(who, lambda desk, t=task: tasks.claim(desk, t))
        assert town.open(case.id)["t1"].waiting_for is not None
        town.act(None, leave)
        assert town.open(case.id)["t1"].waiting_for is None


def test_a_new_password_ends_old_sessions(zhou: Town) -> None:
    token = log_in(zhou, "zhou", SECRET)
    zhou.act(None, lambda desk: people.set_password(desk, "zhou", "另一个长密码2026"))
    assert token is not None
    assert who(zhou, token) is None


def test_a_post_taken_away_is_gone_at_the_next_request(zhou: Town) -> None:
    token = log_in(zhou, "zhou", SECRET)
    zhou.act(None, lambda desk: people.remove_post(desk, "zhou", "snc_clerk", "ZS"))
    assert token is not None
    actor = who(zhou, token)
    assert actor is not None and actor.posts == ()


def test_failures_make_log_in_wait_longer_and_longer_but_only_from_there(zhou: Town) -> None:
    waits = []
    for _ in range(6):
        while True:
            try:
                assert log_in(zhou, "zhou", "falsch-falsch") is None
                break
            except TooManyAttempts as wait:
                waits.append(wait.wait)
                zhou.now += timedelta(seconds=wait.wait)
    assert waits == sorted(waits) and len(waits) >= 3 and waits[-1] >= 4 * waits[0]
    with pytest.raises(TooManyAttempts):
        log_in(zhou, "zhou", SECRET)
    assert log_in(zhou, "zhou", SECRET, address="10.0.0.2") is not None


def test_what_nobody_can_ask_for_any_more_is_forgotten(zhou: Town) -> None:
    zhou.publish(chain())
    zhou.start("zhou", "chain", key="old")
    log_in(zhou, "zhou", SECRET)
    log_in(zhou, "zhou", "falsch-falsch")
    zhou.now += timedelta(days=80)
    zhou.start("zhou", "chain", key="new")
    token = log_in(zhou, "zhou", SECRET)
    zhou.now += timedelta(days=11)
    fresh = log_in(zhou, "zhou", SECRET)
    with writing(zhou.engine) as db:
        tidy(db, zhou.now)
    assert zhou.query("SELECT key FROM requests") == [("new",)]
    assert zhou.query("SELECT count(*) FROM throttles") == [(0,)]
    assert token and who(zhou, token) is None
    assert fresh and who(zhou, fresh) is not None


def test_unknown_and_known_names_are_refused_alike(zhou: Town) -> None:
    assert log_in(zhou, "nobody", SECRET) is None
    assert log_in(zhou, "wang", "") is None  # no password set: nobody can log in as her
    assert log_in(zhou, "zhou", "") is None


def test_short_passwords_and_taken_names_are_refused(town: Town) -> None:
    with pytest.raises(Invalid):
        town.act(None, lambda desk: people.set_password(desk, "zhou", "kurz"))
    with pytest.raises(Invalid):
        town.act(None, lambda desk: people.add_person(desk, "zhou", "另一个"))
    with pytest.raises(Invalid) as refused:
        town.act(None, lambda desk: people.add_unit(desk, "ZS", "重复", "village", "NIX"))
    assert set(refused.value.fields) == {"code", "level", "parent"}


# --- scope ---


def test_not_mine_looks_like_not_there(town: Town) -> None:
    town.publish(chain())
    case = town.start("zhou", "chain")
    for stranger in ("zhao", "liu", "root"):
        assert town.look(stranger, cases.find) == []
        with pytest.raises(NotFound):
            town.view(case.id, stranger)
        with pytest.raises(NotFound):
            town.act(stranger, lambda desk: cases.cancel(desk, case.id, "不办了"))
    for reader in ("wang", "chen", "qu"):
        assert [c.id for c in town.look(reader, cases.find)] == [case.id]
        assert town.view(case.id, reader).head.no == case.no


def test_a_community_sees_a_case_from_its_first_task_on(town: Town) -> None:
    town.publish_opinions()
    case = town.start("zhou", "opinions", "collect")
    assert town.look("liu", cases.find) == []
    town.complete("zhou", case.id, "Plan", topic="路灯")
    town.work()
    [mine] = town.look("liu", cases.find)
    assert mine.process == "opinion"
    assert {c.process for c in town.look("zhou", cases.find)} == {"collect", "opinion"}


# --- lists ---


def test_a_list_is_taken_over_with_posts(db: Engine, tmp_path: Path) -> None:
    town = Town(db)
    book = openpyxl.Workbook()
    units = book.active
    units.title = "单位"
    for row in [("编码", "名称", "级别", "上级编码", "人口"), ("D", "永川区", "区", None, None), ("ZS", "中山路街道", "街道", "D", None),
                ("U1", "万达社区", "社区", "ZS", 8200)]:  # fmt: skip
        units.append(row)
    persons = book.create_sheet("人员")
    for row in [("登录名", "姓名", "岗位", "单位编码", "初始密码"), ("zhou", "周敏", "工委干事", "ZS", SECRET),
                ("zhou", "周敏", "deputy", "ZS", None), ("liu", "刘洋", "社区", "U1", None)]:  # fmt: skip
        persons.append(row)
    path = tmp_path / "名单.xlsx"
    book.save(path)
    done = town.act(None, lambda desk: people.import_file(desk, path))
    assert (done.units, done.persons, done.posts, done.bad) == (3, 2, 3, [])
    [u1] = town.look(None, lambda desk: people.units(desk, "community", "ZS"))
    assert (u1.name, u1.population) == ("万达社区", 8200)
    assert log_in(town, "zhou", SECRET) is not None
    again = town.act(None, lambda desk: people.import_file(desk, path))
    assert again.bad == []
    assert town.query("SELECT count(*) FROM persons") == [(2,)]


def test_every_bad_cell_is_named_and_nothing_changes(town: Town, tmp_path: Path) -> None:
    path = tmp_path / "persons.csv"
    path.write_bytes(
        "登录名,姓名,岗位,单位编码,初始密码\n"
        "new,新人,工委干事,ZS,\n"
        "zhou,周冒名,主席,ZS,\n"
        ",无名,工委干事,NIX,123\n".encode("gb18030")
    )  # fmt: skip
    before = town.query("SELECT * FROM persons")
    done = town.act(None, lambda desk: people.import_file(desk, path))
    assert [(b.row, b.column) for b in done.bad] == [
        (3, "姓名"), (3, "岗位"), (4, "登录名"), (4, "单位编码"), (4, "初始密码"),
    ]  # fmt: skip
    assert done.units == done.persons == done.posts == 0
    assert town.query("SELECT * FROM persons") == before


@pytest.mark.parametrize(
    "name, content", [("x.xlsx", b"PK\x03\x04 broken"), ("x.csv", b"\xff\xfe\x00"), ("x.doc", b""), ("x.csv", b"")]
)
def test_files_that_are_no_lists_are_said_to_be_so(
    sqlite_town: Town, tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    done = sqlite_town.act(None, lambda desk: people.import_file(desk, path))
    assert len(done.bad) == 1 and str(done.bad[0].message)


def test_a_desk_needs_an_aware_clock(sqlite_town: Town) -> None:
    with pytest.raises(Exception, match="zone"), writing(sqlite_town.engine) as db:
        people.login(db, "zhou", "x" * 12, MONDAY.replace(tzinfo=None))
