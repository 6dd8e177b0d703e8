"""The 116 nominations of the demonstration, invented so that its totals come out; see `outcomes`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from processes.forms.idcard import check_figure
from services.demo.place import communities, name

QUOTA = (6, 5, 4, 4, 4, 4, 4, 4, 3, 3, 3, 3, 3, 3, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1)
NOMINATIONS = 116
NOWHERE = "999999"  # no region has this number, so no real person has these identity numbers


class Fate(StrEnum):
    """What becomes of a nomination."""

    CONFIRMED = "确定"
    RESERVE = "备选"
    NINE_SIGNATURES = "联名只有九人"
    UNDER_AGE = "未满十八岁"
    VOTED_DOWN = "会议未通过"
    TWICE = "重复推荐"
    EIGHT_MONTHS = "居住八个月"
    OPPOSED = "联审不同意"
    OBJECTED = "异议成立"
    INCOMPLETE = "材料待补"


SPECIAL = (
    (Fate.NINE_SIGNATURES, 1),
    (Fate.UNDER_AGE, 1),
    (Fate.VOTED_DOWN, 4),
    (Fate.TWICE, 1),
    (Fate.EIGHT_MONTHS, 1),
    (Fate.OPPOSED, 6),
    (Fate.OBJECTED, 1),
)
WAYS = ("党组织", "联名", "党组织")
SECTORS = ("专技", "村社区干部", "群众", "企业", "个体", "新就业群体", "驻区单位", "群众", "党员")
PARTIES = ("中共党员", "群众", "中共党员", "无党派", "中共党员")


@dataclass(frozen=True)
class Nominee:
    """One nomination; `number` is unique in the street, `place` counts from 1 in the unit."""

    number: int
    unit: str
    unit_name: str
    place: int
    name: str
    fate: Fate
    way: str
    birth: date
    id_no: str

    @property
    def gender(self) -> str:
        """女 for every third."""
        return "女" if self.number % 3 == 0 else "男"

    @property
    def sector(self) -> str:
        """Spread over the sectors, every sixth a professional."""
        return "专技" if self.number % 6 == 0 else SECTORS[1 + self.number % (len(SECTORS) - 1)]

    @property
    def party(self) -> str:
        """Three in five are party members."""
        return PARTIES[self.number % len(PARTIES)]

    @property
    def grassroots(self) -> bool:
        """Two in three."""
        return self.number % 3 != 1

    @property
    def objection(self) -> bool:
        """Three are objected to during the notice, one objection is upheld."""
        return self.fate is Fate.OBJECTED or (self.unit, self.place) in (("U01", QUOTA[0] + 1), ("U05", QUOTA[4] + 1))


Fates = Iterable[tuple[str, Fate]]


def nominations(today: date, fates: Fates, first: int = 0) -> tuple[Nominee, ...]:
    """Nominations made today, by unit and fate; `first` keeps the invented people of several rounds apart."""
    found: list[Nominee] = []
    for unit, fate in fates:
        place = sum(one.unit == unit for one in found) + 1
        number = first + len(found)
        birth = _birth(number, today, fate)
        person = (name(number), birth, id_number(number, birth))
        if fate is Fate.TWICE:
            person = (found[0].name, found[0].birth, found[0].id_no)
        way = "联名" if fate is Fate.NINE_SIGNATURES else WAYS[number % len(WAYS)]
        found.append(Nominee(number, unit, _names()[unit], place, person[0], fate, way, person[1], person[2]))
    return tuple(found)


def full() -> Fates:
    """The finished nomination: per unit its quota confirmed, then one or two more.

    The special fates are spread over these, from the seventh largest unit down.
    """
    spare = [unit.code for _ in range(2) for unit in communities()][: NOMINATIONS - sum(QUOTA)]
    special = [fate for fate, count in SPECIAL for _ in range(count)]
    fates = dict.fromkeys(range(len(spare)), Fate.RESERVE) | dict(enumerate(special, start=6))
    for unit, seats in zip(communities(), QUOTA, strict=True):
        yield from ((unit.code, Fate.CONFIRMED) for _ in range(seats))
        yield from ((unit.code, fates[slot]) for slot, code in enumerate(spare) if code == unit.code)


def one_each(more: int = 0) -> Fates:
    """One confirmed per unit, and a second nomination in the `more` largest, incomplete in the first three."""
    for number, unit in enumerate(communities()):
        yield unit.code, Fate.CONFIRMED
        if number < more:
            yield unit.code, Fate.INCOMPLETE if number < 3 else Fate.RESERVE


def outcomes(found: Iterable[Nominee]) -> Counter[str]:
    """End codes the round must reach."""
    codes = {
        Fate.CONFIRMED: "E-N0",
        Fate.RESERVE: "E-N6",
        Fate.NINE_SIGNATURES: "E-N1",
        Fate.UNDER_AGE: "E-N1",
        Fate.VOTED_DOWN: "E-N3",
        Fate.OBJECTED: "E-N5",
    }
    return Counter(codes.get(one.fate, "E-N4") for one in found)


def id_number(number: int, birth: date) -> str:
    """A number of the right form that nobody has."""
    first = f"{NOWHERE}{birth:%Y%m%d}{number % 1000:03}"
    return first + check_figure(first)


def _names() -> dict[str, str]:
    return {unit.code: unit.name for unit in communities()}


def _birth(number: int, today: date, fate: Fate) -> date:
    age = 17 if fate is Fate.UNDER_AGE else 24 + number * 5 % 40
    return date(today.year - age, 1, 1) if age < 18 else date(today.year - age, 1 + number % 12, 1 + number % 28)
