"""The stock arms: SpiffWorkflow with its own parser, in memory and with its own serializer's JSON in one row a case.

The naive store does what a manual shows: load the row, do the step, write the row, one transaction a step. It has no
access rules, no validation, no journal, no worklist and no protection against two people doing one step.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.spiff.parser import SpiffBpmnParser
from SpiffWorkflow.spiff.serializer.config import SPIFF_CONFIG
from SpiffWorkflow.util.task import TaskState
from sqlalchemy import Column, Engine, Integer, MetaData, Table, Text, bindparam, insert, select, update

from bench_arms import content

NAIVE = Table("naive_case", MetaData(), Column("id", Integer, primary_key=True), Column("state", Text, nullable=False))
LOAD = select(NAIVE.c.state).where(NAIVE.c.id == bindparam("case")).with_for_update()
SAVE = update(NAIVE).where(NAIVE.c.id == bindparam("case")).values(state=bindparam("new"))
BEGIN = insert(NAIVE).returning(NAIVE.c.id)


@lru_cache(maxsize=2)
def spec(deadlines: bool) -> Any:
    """The process as SpiffWorkflow's own parser reads it."""
    parser = SpiffBpmnParser()
    parser.add_bpmn_str(content.stock_diagram(deadlines).encode())
    return parser.get_spec("bench")


def begun(deadlines: bool) -> Any:
    """A workflow at its first user task."""
    workflow = BpmnWorkflow(spec(deadlines))
    workflow.do_engine_steps()
    return workflow


def step(workflow: Any) -> None:
    """Complete the user task that is ready."""
    task = workflow.get_tasks(state=TaskState.READY, manual=True)[0]
    task.data[task.task_spec.name] = content.answers(task.task_spec.name)
    task.run()
    workflow.do_engine_steps()


@dataclass
class InMemory:
    """No store at all."""

    deadlines: bool
    workflow: Any = None

    def begin(self) -> None:
        self.workflow = begun(self.deadlines)

    def prepare(self) -> None:
        """Nothing has to be looked up."""

    def complete(self) -> None:
        step(self.workflow)

    def ended(self) -> bool:
        return bool(self.workflow.is_completed())


@dataclass
class Naive:
    """One row a case, written whole at each step."""

    deadlines: bool
    engine: Engine
    serializer: Any
    case_id: int = 0

    def begin(self) -> None:
        state = self.serializer.serialize_json(begun(self.deadlines))
        with self.engine.execution_options(writes=True).begin() as connection:
            self.case_id = connection.execute(BEGIN, {"state": state}).scalar_one()

    def prepare(self) -> None:
        """Nothing has to be looked up."""

    def complete(self) -> None:
        with self.engine.execution_options(writes=True).begin() as connection:
            workflow = self.serializer.deserialize_json(connection.execute(LOAD, {"case": self.case_id}).scalar_one())
            step(workflow)
            connection.execute(SAVE, {"case": self.case_id, "new": self.serializer.serialize_json(workflow)})

    def ended(self) -> bool:
        with self.engine.connect() as connection:
            state = connection.execute(LOAD, {"case": self.case_id}).scalar_one()
        return bool(self.serializer.deserialize_json(state).is_completed())


def naive(deadlines: bool, engine: Engine) -> Naive:
    """The naive arm on this database."""
    NAIVE.create(engine, checkfirst=True)
    return Naive(deadlines, engine, BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(SPIFF_CONFIG)))
