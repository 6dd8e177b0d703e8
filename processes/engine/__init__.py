"""How tokens move: the one place where SpiffWorkflow's workflow, task and spec classes are given BPMN's behaviour."""
