"""Plays worked cases on the engine: the designer's own test of a procedure."""

from processes.scenarios.script import Scenario, read_scenario

__all__ = ["Scenario", "read_scenario"]
