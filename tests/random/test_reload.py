"""Generated models: a case saved and loaded after every act goes exactly the way of one kept in memory."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from processes.definition import Bundle, define
from processes.engine import case
from tests.processes.engine.play import Case
from tests.random.blocks import random_model
from tests.random.driver import MOST_ACTS, START, Driver, Kept, picture

MODELS = int(os.environ.get("YISHI_RANDOM_MODELS", "1000"))
FIRST = int(os.environ.get("YISHI_RANDOM_FIRST", "1"))
CHUNK = 50


@pytest.fixture(autouse=True)
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some models go round in circles without waiting; they are to be parked soon."""
    monkeypatch.setattr(case, "STEP_BUDGET", 300)


@pytest.mark.parametrize("first", range(FIRST, FIRST + MODELS, CHUNK))
def test_reloading_after_every_act_changes_nothing(first: int, tmp_path: Path) -> None:
    for seed in range(first, min(first + CHUNK, FIRST + MODELS)):
        model = random_model(seed)
        try:
            compare(seed, model)
        except Exception as trouble:
            place = tmp_path / f"seed-{seed}.bpmn"
            place.write_text(model, encoding="utf-8")
            pytest.fail(f"seed {seed} ({place}): {type(trouble).__name__}: {trouble}")


def compare(seed: int, model: str) -> int:
    """Drive a kept and a reloaded case side by side; returns the number of acts."""
    definition = define(Bundle({"random.bpmn": model.encode()}))
    kept, reloaded = Kept(definition, dict(START), process="main"), Case(definition, dict(START), True, process="main")
    driver = Driver(seed, kept, reloaded)
    assert picture(kept) == picture(reloaded), "the two cases differ at the start"
    acts = 0
    while acts < MOST_ACTS and driver.step():
        acts += 1
        assert picture(kept) == picture(reloaded), f"the two cases differ after act {acts}"
    return acts


@pytest.mark.parametrize(
    "mark",
    [
        "<exclusiveGateway", "<parallelGateway", "<inclusiveGateway", "<eventBasedGateway", "<callActivity", "<subProcess",
        'triggeredByEvent="true"', 'isInterrupting="true"', 'isInterrupting="false"', "<boundaryEvent", "<timeCycle>",
        'cancelActivity="true"', 'cancelActivity="false"', 'isSequential="true"', 'isSequential="false"', "errorEventDefinition",
        "terminateEventDefinition", "compensateEventDefinition", "linkEventDefinition", "conditionalEventDefinition",
        "standardLoopCharacteristics", "completionCondition", "signalEventDefinition", "<receiveTask", "<scriptTask", "missing_",
    ],
)  # fmt: skip
def test_the_generator_draws_everything(mark: str) -> None:
    models = [random_model(seed) for seed in range(1, 101)]
    assert sum(mark in model for model in models) >= 3
