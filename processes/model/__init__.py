"""Tolerant reading of any BPMN 2.0 file: what is odd becomes a finding, never an exception."""

from processes.model.elements import (
    ACTIVITIES,
    EVENTS,
    GATEWAYS,
    NODE_KINDS,
    SUB_PROCESSES,
    TASKS,
    Artifact,
    Diagram,
    EventDef,
    Flow,
    Lane,
    Loop,
    MessageFlow,
    Node,
    Participant,
    Process,
)
from processes.model.reader import YISHI, read_bpmn

__all__ = [
    "ACTIVITIES",
    "EVENTS",
    "GATEWAYS",
    "NODE_KINDS",
    "SUB_PROCESSES",
    "TASKS",
    "YISHI",
    "Artifact",
    "Diagram",
    "EventDef",
    "Flow",
    "Lane",
    "Loop",
    "MessageFlow",
    "Node",
    "Participant",
    "Process",
    "read_bpmn",
]
