"""Uploading a changed process in two steps: look at what is wrong and what would change, then keep it as a draft.

The rule: what has an error is not saved, not even in part. Nothing is kept in between: the page carries the files.
"""

import base64
import binascii
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from engine.casework import deployments
from engine.casework.deployments import Checked
from engine.db import reading, transaction
from engine.errors import Invalid, TooLarge
from engine.language.lint import Problem
from engine.oversight import versions as in_force
from engine.registry import access
from webapp.auth import current_actor
from webapp.config import MEGABYTE
from webapp.deploy.blueprint import blueprint
from webapp.deploy.tables import READING, Drawn, draw, problems
from webapp.deploy.versions import STATES, drawn

LARGEST = 5 * MEGABYTE
# A page that carries more than this makes people wait; they choose the files once more instead.
MOST_CARRIED = MEGABYTE
CARRIED = "carried."
FOLDERS = {".bpmn": "processes", ".form": "forms", ".dmn": "rules"}
SHORTEST_REMARK = 4
LEVELS = {"error": "错误", "warning": "提醒"}


@dataclass(frozen=True)
class Sent:
    """What the form holds: the files under the paths a bundle knows, the process they are meant for, the remark."""

    files: dict[str, bytes]
    process: str
    remark: str

    @property
    def names(self) -> list[str]:
        return sorted(path.split("/", 1)[1] for path in self.files)

    @property
    def carried(self) -> dict[str, str] | None:
        """The files as text for hidden fields; None when they are too large for that."""
        texts = {
            CARRIED + PurePosixPath(path).name: base64.b64encode(content).decode()
            for path, content in self.files.items()
        }
        return texts if sum(map(len, texts.values())) <= MOST_CARRIED else None


@dataclass(frozen=True)
class Findings:
    """What checking an upload found. `checked`: what it would become, if it can be read at all; `undecided`: nothing is
    wrong with the files, only the process has to be chosen; `in_tables`: what is wrong in tables of files of which the
    rest cannot be read."""

    unreadable: list[str] = field(default_factory=list)
    checked: Checked | None = None
    undecided: bool = False
    in_tables: list[Problem] = field(default_factory=list)

    @property
    def problems(self) -> list[Problem]:
        found = self.checked.problems if self.checked else self.in_tables
        return sorted(found, key=lambda problem: problem.severity)

    @property
    def refused(self) -> bool:
        return self.checked is None or any(problem.severity == "error" for problem in self.problems)

    @property
    def diagram(self) -> str:
        """The drawing on which problems and changes are shown."""
        return self.checked.bundle.diagram.decode("utf-8", "replace") if self.checked else ""

    @property
    def marks(self) -> list[dict[str, str]]:
        return [
            {"element": problem.element_id, "level": problem.severity, "text": problem.message}
            for problem in self.problems
        ]

    def drawn_tables(self, given: Sent) -> list[Drawn]:
        """The decision tables that have problems."""
        return draw(self.checked.bundle.files if self.checked else given.files, self.problems)


@blueprint.get("/versions/upload")
def upload_form() -> ResponseReturnValue:
    """Where the files are chosen."""
    access.require(current_actor(), "policy_admin")
    with reading() as session:
        return render_template("deploy/upload.html", sent=Sent({}, "", ""), processes=processes(session))


@blueprint.post("/versions/check")
def check() -> ResponseReturnValue:
    """Show what is wrong with the files, or what they would change. Nothing is kept."""
    access.require(current_actor(), "policy_admin")
    given = sent()
    with reading() as session:
        findings = look(session, given)
        if findings.checked is None or findings.refused:
            return problem_page(session, findings, given), 422
        return change_page(session, findings, findings.checked, given)


@blueprint.post("/versions")
def upload() -> ResponseReturnValue:
    """Check the files again; keep them as a draft, or show what is wrong and keep nothing."""
    actor = current_actor()
    access.require(actor, "policy_admin")
    given = sent()
    with reading() as session:
        findings = look(session, given)
        if findings.refused:
            return problem_page(session, findings, given), 422
        checked = findings.checked
        if checked is not None and checked.same is None and len(given.remark) < SHORTEST_REMARK:
            return change_page(session, findings, checked, given, f"请写明改动说明，至少 {SHORTEST_REMARK} 个字"), 422
    with transaction() as session:
        version = deployments.upload(
            session, given.files, actor=actor, remark=given.remark, process=given.process or None
        )
    flash("已保存为草稿，请另一位政策配置人员审批。" if version.state == "draft" else "相同内容的版本已经存在。")
    return redirect(url_for("deploy.version", version_id=version.id), 303)


def sent() -> Sent:
    """The form of this post. Raises TooLarge, or Invalid when what the page carried came back broken."""
    files = {**carried(request.form), **chosen(request.files.getlist("files"))}
    return Sent(files, request.form.get("process", "").strip()[:40], request.form.get("remark", "").strip())


def chosen(uploads: Iterable[FileStorage]) -> dict[str, bytes]:
    """The uploaded files under the paths a bundle knows. Raises TooLarge."""
    files: dict[str, bytes] = {}
    for upload in uploads:
        name = PurePosixPath((upload.filename or "").replace("\\", "/")).name
        content = upload.stream.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise TooLarge(
                f"Expected at most {LARGEST} bytes, but {name} has more", notice=f"文件 {name} 超过 5 MB，没有保存"
            )
        if name:
            files[placed(name)] = content
    return files


def carried(form: Mapping[str, str]) -> dict[str, bytes]:
    """The files that the page before carried along. Raises Invalid when they are not what it wrote."""
    try:
        return {
            placed(PurePosixPath(key.removeprefix(CARRIED)).name): base64.b64decode(form[key], validate=True)
            for key in form
            if key.startswith(CARRIED)
        }
    except binascii.Error as error:
        raise Invalid("Expected files in base 64, but got other text", notice="文件内容有误，请重新选择文件") from error


def placed(name: str) -> str:
    """Where a file of this name belongs in a bundle; under "other" when it is of no kind that was asked for."""
    return f"{FOLDERS.get(PurePosixPath(name).suffix, 'other')}/{name}"


def look(session: Session, given: Sent) -> Findings:
    """Everything that is wrong with the files, and what they would become."""
    strange = [path.removeprefix("other/") for path in given.files if path.startswith("other/")]
    if strange or not given.files:
        return Findings([f"{name} 不是流程图、表单或决策表" for name in strange] or ["请选择要上传的文件"])
    try:
        return Findings(checked=deployments.check(session, given.files, given.process or None))
    except Invalid as refusal:
        in_tables = problems(given.files)
        told = {problem.file for problem in in_tables if problem.rule == READING}
        lines = sentences(refusal, leave_out=told)
        return Findings(lines, undecided=set(refusal.problems) == {"process"}, in_tables=in_tables)


def sentences(refusal: Invalid, *, leave_out: Container[str] = ()) -> list[str]:
    """Its problems in words, each with the element or file it belongs to, save those of some files."""
    lines = [(key, line) for key, found in refusal.problems.items() for line in found]
    told = [line if key in ("", "process") else f"{key}：{line}" for key, line in lines if key not in leave_out]
    return told or ([] if lines else [refusal.notice])


def processes(session: Session) -> list[tuple[str, str]]:
    """Key and name of every process that has a version, for choosing which one the files belong to."""
    newest_last = reversed(deployments.listing(session))
    return sorted({version.process_key: version.name for version in newest_last}.items())


def problem_page(session: Session, findings: Findings, given: Sent) -> str:
    """The uploaded drawing with each problem at its element, and all of them in words."""
    return render_template(
        "deploy/problems.html",
        findings=findings,
        sent=given,
        carried=given.carried if findings.undecided else None,
        processes=processes(session),
        marks={"problems": findings.marks},
        tables=findings.drawn_tables(given),
        levels=LEVELS,
    )


def change_page(session: Session, findings: Findings, checked: Checked, given: Sent, problem: str = "") -> str:
    """What the files would change, before anybody is asked to approve it."""
    compared = in_force.against_active(session, checked.bundle)
    marks: dict[str, Any] = {**drawn(compared.changes), "problems": findings.marks}
    return render_template(
        "deploy/changes.html",
        findings=findings,
        checked=checked,
        compared=compared,
        sent=given,
        carried=given.carried,
        problem=problem,
        kept=sorted(set(checked.bundle.files) - set(given.files)),
        marks=marks,
        tables=findings.drawn_tables(given),
        states=STATES,
        levels=LEVELS,
    )
