"""Colours, line widths and fonts of a drawing; the values are those of the design tokens."""

from __future__ import annotations

from dataclasses import dataclass

from processes.text import T, Text

INK, INK_2, INK_3 = "#1a2330", "#45505f", "#5a6675"
LINE, EDGE, PAPER, TINT = "#d9dfe6", "#7d8998", "#ffffff", "#e9edf2"
BLUE, BLUE_SOFT = "#154f8a", "#e8f0f9"
GREEN, GREEN_SOFT = "#1d6638", "#e4f2e8"
AMBER, AMBER_SOFT = "#7a4b00", "#fcf1d8"
RED, RED_SOFT = "#b3261e", "#fcebe9"
FONT = (
    "-apple-system, 'PingFang SC', 'HarmonyOS Sans SC', 'Microsoft YaHei', 'Noto Sans CJK SC', "
    "'Source Han Sans SC', system-ui, sans-serif"
)


@dataclass(frozen=True)
class Look:
    """How an element in some state is drawn; `word` is its badge, `tick` an addition to its name."""

    stroke: str
    fill: str
    width: float = 1.5
    dash: str = ""
    ink: str = INK
    word: Text | None = None
    tick: str = ""
    says: Text | None = None


PLAIN = Look(INK_2, PAPER)
LOOKS: dict[str, Look] = {
    "done": Look(GREEN, GREEN_SOFT, tick="✓", says=T("已办")),
    "now": Look(AMBER, AMBER_SOFT, 3.0, word=T("现在"), says=T("现在")),
    "wait": Look(EDGE, PAPER, dash="5 4", ink=INK_2, says=T("未开始")),
    "skipped": Look(EDGE, PAPER, dash="1.5 4", ink=INK_3, says=T("跳过")),
    "stuck": Look(RED, RED_SOFT, 3.0, word=T("停住"), says=T("停住")),
    "error": Look(RED, RED_SOFT, 2.5, word=T("有误"), says=T("有误")),
    "warning": Look(AMBER, AMBER_SOFT, 2.0, word=T("留意"), says=T("留意")),
    "missed": Look(RED, PAPER, 2.0, dash="6 3", says=T("没有走到")),
}
ALIASES = {"doing": "now", "waiting": "wait", "todo": "wait", "incident": "stuck"}


def look(state: str | None) -> Look:
    """The look of a state; an unknown or missing one is drawn plainly."""
    return LOOKS.get(ALIASES.get(state or "", state or ""), PLAIN)


# For pages that load the design tokens: the same colours by class, so that large type and printing may change them.
CSS = """
.bpmn { font-family: var(--font); }
.bpmn text { fill: var(--ink); }
.bpmn .bpmn-lane > rect { stroke: var(--line); }
.bpmn .bpmn-band { fill: var(--tint); }
.bpmn .is-done > .bpmn-shape { fill: var(--green-soft); stroke: var(--green); }
.bpmn .is-now > .bpmn-shape { fill: var(--amber-soft); stroke: var(--amber); }
.bpmn .is-wait > .bpmn-shape { stroke: var(--edge); }
.bpmn .is-stuck > .bpmn-shape { fill: var(--red-soft); stroke: var(--red); }
""".strip()
