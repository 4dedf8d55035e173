"""Uploading a changed process: problems are shown on the uploaded diagram itself, a good one becomes a draft.

The rule: what has an error is not saved, not even in part; the page holds the diagram, so nothing needs to be kept.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from engine.casework import deployments
from engine.db import reading, transaction
from engine.errors import Invalid, TooLarge
from engine.language.lint import Problem
from engine.registry import access
from webapp.auth import current_actor
from webapp.config import MEGABYTE
from webapp.deploy.blueprint import blueprint

LARGEST = 5 * MEGABYTE
FOLDERS = {".bpmn": "processes", ".form": "forms", ".dmn": "rules"}
LEVELS = {"error": "错误", "warning": "提醒"}


@dataclass(frozen=True)
class Findings:
    """What checking an upload found. `diagram` is the uploaded drawing as text, if it can be read at all."""

    problems: list[Problem] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    diagram: str | None = None

    @property
    def refused(self) -> bool:
        return bool(self.unreadable) or any(problem.severity == "error" for problem in self.problems)


@blueprint.get("/versions/upload")
def upload_form() -> ResponseReturnValue:
    """Where the files are chosen."""
    access.require(current_actor(), "policy_admin")
    return render_template("deploy/upload.html", problems=[], remark="")


@blueprint.post("/versions")
def upload() -> ResponseReturnValue:
    """Check the files; keep them as a draft, or show what is wrong and keep nothing."""
    actor = current_actor()
    access.require(actor, "policy_admin")
    files = chosen(request.files.getlist("files"))
    remark = request.form.get("remark", "").strip()
    with reading() as session:
        findings = look(session, files)
    if findings.refused:
        return problem_page(findings, files, remark), 422
    with transaction() as session:
        version = deployments.upload(session, files, actor=actor, remark=remark)
    flash("已保存为草稿，请另一位政策配置人员审批。" if version.state == "draft" else "相同内容的版本已经存在。")
    return redirect(url_for("deploy.version", version_id=version.id), 303)


def chosen(uploads: Iterable[FileStorage]) -> dict[str, bytes]:
    """The uploaded files under the paths a bundle knows. Raises TooLarge, or Invalid for a kind nobody asked for."""
    files: dict[str, bytes] = {}
    for upload in uploads:
        name = PurePosixPath((upload.filename or "").replace("\\", "/")).name
        content = upload.stream.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise TooLarge(
                f"Expected at most {LARGEST} bytes, but {name} has more", notice=f"文件 {name} 超过 5 MB，没有保存"
            )
        if name:
            files[f"{FOLDERS.get(PurePosixPath(name).suffix, 'other')}/{name}"] = content
    return files


def look(session: Session, files: dict[str, bytes]) -> Findings:
    """Everything that is wrong with the files, and the drawing to show it on."""
    strange = [path.removeprefix("other/") for path in files if path.startswith("other/")]
    if strange or not files:
        return Findings(unreadable=[f"{name} 不是流程图、表单或决策表" for name in strange] or ["请选择要上传的文件"])
    try:
        found = deployments.check(session, files)
    except Invalid as refusal:
        return Findings(unreadable=_sentences(refusal))
    return Findings(problems=sorted(found, key=lambda problem: problem.severity), diagram=_drawing(files))


def _sentences(refusal: Invalid) -> list[str]:
    lines = [f"{key}：{line}" if key else line for key, found in refusal.problems.items() for line in found]
    return lines or [refusal.notice]


def _drawing(files: dict[str, bytes]) -> str | None:
    diagrams = [content for path, content in files.items() if path.startswith("processes/")]
    return diagrams[0].decode("utf-8", "replace") if len(diagrams) == 1 else None


def problem_page(findings: Findings, files: dict[str, bytes], remark: str) -> str:
    """The uploaded drawing with each problem at its element, and all of them in words."""
    marks = [
        {"element": problem.element_id, "level": problem.severity, "text": problem.message}
        for problem in findings.problems
    ]
    return render_template(
        "deploy/problems.html",
        findings=findings,
        files=sorted(path.split("/", 1)[1] for path in files),
        remark=remark,
        marks={"problems": marks},
        levels=LEVELS,
    )
