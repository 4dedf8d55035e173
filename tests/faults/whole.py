"""What must hold of a case at any time: rows equal the state, the chain is whole, replay leads to the same."""

from sqlalchemy import select

from engine import workflow
from engine.casework import history
from engine.casework.models import Case, Incident, Job, UserTask
from engine.casework.plans import plan
from engine.db import reading
from engine.oversight import replay
from engine.workflow import World


def whole(case_id: int) -> None:
    """Assert it of one case."""
    with reading() as session:
        case = session.get_one(Case, case_id)
        assert history.verify(session, case_id) is None
        steps = (UserTask.case_id == case_id, UserTask.state == "open", UserTask.kind == "step")
        rows = select(UserTask.token).where(*steps)
        jobs = select(Job.token).where(Job.case_id == case_id)
        listed = session.scalars(rows).all()
        open_tokens, job_tokens = set(listed), set(session.scalars(jobs))
        assert len(listed) == len(open_tokens), "each token has one row"
        found_under = session.scalars(select(UserTask.subject_id).where(UserTask.case_id == case_id)).all()
        assert set(found_under) <= {case.subject_id or case_id}
        assert (case.county_code, case.serial) == (case.region_code[:6], int(case.case_no.rpartition("-")[2]))
        if case.state_blob is None:
            assert (case.state, open_tokens, job_tokens) == ("ended", set(), set())
        else:
            world = World(case.started_at, dict(case.variables), lambda *_: None, lambda *_: None)
            machine = workflow.load(
                plan(session, case.version_id, case.called_versions).definition, case.state_blob, world
            )
            assert {waiting.token for waiting in machine.user_tasks()} == open_tokens
            assert {t.token for t in machine.timers()} | {w.token for w in machine.jobs()} == job_tokens
            incidents = session.scalars(select(Incident.id).where(Incident.case_id == case_id)).all()
            assert open_tokens or job_tokens or incidents, "an open case waits for something"
        assert replay.replay(session, case.case_no).difference is None
