"""Every rule of the check: its id, how grave it is, and one line for the guide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from processes.findings import Finding, Severity
from processes.text import T, Text


@dataclass(frozen=True)
class Rule:
    """One rule; `about` is its line in the guide. `alone` is its severity for a file outside a bundle of ours."""

    id: str
    severity: Severity
    about: Text
    alone: Severity | None = None


class Place(Protocol):
    """Anything with an id and a source line."""

    @property
    def id(self) -> str: ...

    @property
    def line(self) -> int | None: ...


ERROR, WARNING, ADVICE = Severity.ERROR, Severity.WARNING, Severity.ADVICE

_ALL = (
    # reading
    Rule("xml", ERROR, T("文件必须是写法正确、不带 DOCTYPE、大小适当的 XML。")),
    Rule("not-bpmn", ERROR, T("流程图文件的最外层必须是 BPMN 的 definitions。")),
    Rule("duplicate-id", ERROR, T("同一文件里每个编号只能用一次。")),
    Rule("too-large", ERROR, T("程序包的文件数和总大小有上限。")),
    Rule("too-many", WARNING, T("一个文件的问题太多时只列出前面的。")),
    Rule("bundle", ERROR, T("程序包里至少要有一个流程图。")),
    Rule("procedure", ERROR, T("procedure.toml 要读得通，写明 key、title 和每个 [[process]] 的 id。")),
    Rule("process-missing", ERROR, T("procedure.toml 列出的流程必须画在某个流程图里。")),
    Rule("process-twice", ERROR, T("一个程序包里流程编号不能重复。")),
    Rule("ledger", ERROR, T("台账要写明 key、title、流程和每一栏的 title、value。")),
    Rule("process-empty", WARNING, T("流程里应当画有步骤。")),
    # references
    Rule("flow-end", ERROR, T("连线的两端都要接在本图的元素上。")),
    Rule("flow-scope", ERROR, T("连线不能穿过子流程或流程的边界。")),
    Rule("flow-direction", ERROR, T("开始事件和边界事件不能有进线，结束事件不能有出线。")),
    Rule("default-flow", ERROR, T("默认出口必须是本元素自己的一条出线。")),
    Rule("event-reference", ERROR, T("事件要指明消息、信号，并且指到的定义要存在。")),
    Rule("message-name", WARNING, T("消息最好单独定义；没有定义时以元素名称作消息名。")),
    Rule("message-alone", ADVICE, T("程序包里发出的消息最好有人等，等的消息最好有人发。")),
    Rule("called-process", ERROR, T("调用活动要指明存在的流程。"), WARNING),
    Rule("call-cycle", WARNING, T("流程互相调用成环时，要保证总有一次不再往下调用。")),
    Rule("decision", ERROR, T("业务规则任务要指明存在的决策表。"), WARNING),
    Rule("form", ERROR, T("用到的表单必须在程序包里。"), WARNING),
    Rule("document", ERROR, T("生成文书时用到的模板必须在程序包里。"), WARNING),
    Rule("service", ERROR, T("服务任务要写明规则函数或效果，而且是系统有的。"), WARNING),
    Rule("parameter-unknown", ERROR, T("用到的地方参数要在参数登记表里。")),
    # shape of the process
    Rule("no-start", ERROR, T("流程和子流程都要有开始事件。"), WARNING),
    Rule("several-starts", ERROR, T("无触发的开始事件只能有一个。")),
    Rule("start-trigger", ERROR, T("流程的开始事件只能无触发，或由消息、写明的日期触发。"), WARNING),
    Rule("event-subprocess", ERROR, T("事件子流程要由一个带触发的开始事件启动，不接连线。")),
    Rule("unreachable", ERROR, T("每个步骤都要能从开始事件走到。")),
    Rule("no-way-out", ERROR, T("从每个步骤都要能走到结束。")),
    Rule("no-exit", WARNING, T("除结束事件外，每个步骤都应有出线。")),
    Rule("exit-condition", ERROR, T("排他、包容网关的每条出线要有条件或是默认出口。")),
    Rule("no-default", WARNING, T("有条件的出口应当有一个默认出口兜底。")),
    Rule("condition-place", ERROR, T("条件只能写在活动、排他网关和包容网关的出线上。")),
    Rule("default-condition", WARNING, T("默认出口上的条件不起作用。")),
    Rule("event-gateway", ERROR, T("事件网关后面只能直接接捕获事件或接收任务。")),
    Rule("complex-gateway", ERROR, T("不支持复杂网关，请改画。")),
    Rule("ad-hoc", ERROR, T("不支持即席子流程，请改画。")),
    Rule("dead-join", ERROR, T("并行汇合不能等一条永远走不到的支线。")),
    Rule("choice-into-join", WARNING, T("并行汇合不应等同一个选择的几条支线。")),
    # events
    Rule("boundary", ERROR, T("边界事件要附在本图的一个活动上。")),
    Rule("trigger", ERROR, T("捕获事件和边界事件要有触发。")),
    Rule("several-triggers", ERROR, T("一个事件只能有一个触发。")),
    Rule("link", ERROR, T("链接事件要同名成对：一个或几个抛出，恰好一个捕获。")),
    Rule("compensation", ERROR, T("补偿边界事件要用关联线连到补偿活动。")),
    Rule("transaction", ERROR, T("取消事件只能用在事务子流程里。")),
    Rule("uncaught", ADVICE, T("抛出的错误和升级最好有人接住。")),
    Rule("timer", ERROR, T("定时要写成读得懂的时刻、期限或周期。")),
    Rule("timer-zone", ERROR, T("定时的时刻要带时区 +08:00。")),
    Rule("event-condition", ERROR, T("条件事件要写条件。")),
    # activities
    Rule("attribute-unknown", WARNING, T("yishi: 属性要是认识的，并写在用得到它的元素上。")),
    Rule("task-form", ERROR, T("人工任务要有表单。"), WARNING),
    Rule("task-role", ERROR, T("人工任务要有办理角色（写在任务或泳道上）。"), WARNING),
    Rule("role-unknown", ERROR, T("角色必须是系统有的角色。"), WARNING),
    Rule("task-limit", ERROR, T("人工任务要有办理期限，或写明为什么没有。"), WARNING),
    Rule("many-source", ERROR, T("多实例要写明按什么列表或按几次重复。")),
    Rule("many-output", ADVICE, T("多实例的人工任务最好写明把结果收集到哪里。")),
    Rule("loop-end", ERROR, T("循环要有继续的条件或最多次数。")),
    Rule("script", ERROR, T("脚本必须是 FEEL 的上下文 {名称: 算式}。")),
    # words
    Rule("expression", ERROR, T("每个 FEEL 算式都要读得通，函数要存在。")),
    Rule("name-unknown", ERROR, T("算式里用到的名称要有地方写入。"), ADVICE),
    # drawing
    Rule("drawing-missing", WARNING, T("每个元素都应画在图上。"), ADVICE),
    Rule("drawing-overlap", WARNING, T("图上的元素不应互相重叠。"), ADVICE),
    Rule("drawing-lane", WARNING, T("元素应画在自己的泳道里。"), ADVICE),
    Rule("drawing-slanted", WARNING, T("连线应横平竖直。"), ADVICE),
    Rule("drawing-crossing", WARNING, T("连线不应穿过不相干的元素。"), ADVICE),
    Rule("drawing-label", WARNING, T("文字不应压在元素或连线上。"), ADVICE),
    # decisions, forms and documents report under rules of their own readers; these stand for a reader that fails
    Rule("unreadable", ERROR, T("决策表、表单、文书模板都要读得通。")),
)

RULES: dict[str, Rule] = {rule.id: rule for rule in _ALL}


def at(rule: str, file: str, place: Place | None, message: Text, path: Sequence[str] = (), own: bool = True) -> Finding:
    """A finding of a registered rule on an element; `own` is False for a file outside a bundle of ours."""
    known = RULES[rule]
    severity = known.severity if own or known.alone is None else known.alone
    element, line = (place.id, place.line) if place is not None else (None, None)
    return Finding(severity, rule, file, message, element, line, list(path))


def named(place: object) -> str:
    """How a person recognises an element: its name and id."""
    name, id_ = getattr(place, "name", ""), getattr(place, "id", "")
    return f"“{name}”（{id_}）" if name else str(id_)
