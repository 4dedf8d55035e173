"""流程版本 by program: upload, list, approve by a second person, activate.

The rule: only those who look after policies may; the engine keeps the four eyes.
"""

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from engine.casework import deployments
from engine.casework.models import ProcessVersion
from engine.db import reading, transaction
from engine.errors import Invalid, TooLarge
from engine.language import bundle
from engine.oversight import versions as in_force
from engine.registry import access, regions
from webapp.api.answers import UploadedVersionSchema, VersionPageSchema, VersionSchema
from webapp.api.blueprint import blueprint, current_actor, refuses
from webapp.api.requests import ActivationSchema, FilesSchema, RemarkSchema, VersionsSchema
from webapp.config import MEGABYTE

LARGEST = 5 * MEGABYTE
VERSION = "/process-versions/<key:version_id>"
READERS = ("policy_admin", "auditor", "platform_ops", "discipline")


@blueprint.get("/process-versions")
@blueprint.arguments(VersionsSchema, location="query")
@blueprint.response(200, VersionPageSchema)
@refuses(403, "Only for those who look after policies or audit")
def list_versions(asked: dict[str, Any]) -> ResponseReturnValue:
    """One page of versions, process by process, the newest first."""
    access.require(current_actor(), *READERS)
    with reading() as session:
        found = deployments.listing(session, asked["process"] or None)
        begin = (asked["page"] - 1) * asked["size"]
        return {
            "versions": [line(version) for version in found[begin : begin + asked["size"]]],
            "total": len(found),
            "page": asked["page"],
            "size": asked["size"],
            "pages": max(1, -(-len(found) // asked["size"])),
        }


@blueprint.post("/process-versions")
@blueprint.arguments(FilesSchema, location="files")
@blueprint.response(201, UploadedVersionSchema)
@blueprint.alt_response(200, schema=UploadedVersionSchema, description="There is a version of this content already")
@refuses(403, "Only for those who look after policies")
@refuses(413, "Too many bytes")
def upload_version(sent: dict[str, Any]) -> ResponseReturnValue:
    """Check the files and keep them as a draft: the diagram, forms and rules that changed.

    What is left out comes from the version that is active in the province, or else from the newest. The multipart body
    may also hold the fields `remark` and `process`; the latter is needed when no diagram comes along and the files
    belong to several processes, as the table of deadlines does. Problems are told by the id of their element.
    """
    actor = current_actor()
    access.require(actor, "policy_admin")
    about = blueprint.ARGUMENTS_PARSER.parse(RemarkSchema(), request, location="form")
    files = placed(sent["files"])
    with transaction() as session:
        before = {version.id for version in deployments.listing(session)}
        version = deployments.upload(
            session, files, actor=actor, remark=about["remark"], process=about["process"] or None
        )
        status = 200 if version.id in before else 201
        return {**line(version), "changes": changes(session, version)}, status


def changes(session: Session, version: ProcessVersion) -> dict[str, Any] | None:
    """What the version changes against the active one."""
    compared = in_force.against_active(session, deployments.bundle_of(session, version.id))
    if compared.against is None or compared.changes is None:
        return None
    found = compared.changes
    return {
        "against": compared.against.number,
        "files": found.files,
        "elements": found.elements,
        "flows": found.flows,
    }


@blueprint.post(f"{VERSION}/approve")
@blueprint.response(200, VersionSchema)
@refuses(403, "Whoever uploaded it may not, nor who does not look after policies")
@refuses(404, "There is no such version")
@refuses(409, "It is no draft any more")
def approve_version(version_id: int) -> ResponseReturnValue:
    """批准, by a second person."""
    with transaction() as session:
        return line(deployments.approve(session, version_id, actor=current_actor()))


@blueprint.post(f"{VERSION}/activate")
@blueprint.arguments(ActivationSchema)
@blueprint.response(200, VersionSchema)
@refuses(403, "Only for those who look after policies")
@refuses(404, "There is no such version")
@refuses(409, "It has not been approved")
def activate_version(asked: dict[str, Any], version_id: int) -> ResponseReturnValue:
    """启用 for new cases; running cases keep their version."""
    actor = current_actor()
    access.require(actor, "policy_admin")
    with transaction() as session:
        _require_regions(session, asked["regions"] or [])
        return line(
            deployments.activate(
                session, version_id, actor=actor, active_from=asked["active_from"], region_codes=asked["regions"]
            )
        )


def _require_regions(session: Session, codes: list[str]) -> None:
    unknown = [code for code in codes if not regions.exists(session, code)]
    if unknown:
        raise Invalid(
            f"Expected regions, but {unknown} are none",
            problems={"regions": [f"没有行政区划 {code}" for code in unknown]},
        )


def placed(uploads: list[FileStorage]) -> dict[str, bytes]:
    """The files by the paths that a bundle knows. Raises TooLarge, or Invalid for a kind nobody asked for."""
    files: dict[str, bytes] = {}
    for upload in uploads:
        name = upload.filename or ""
        content = upload.stream.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise TooLarge(
                f"Expected at most {LARGEST} bytes, but {name!r} has more", notice=f"文件 {name} 超过 5 MB，没有保存"
            )
        path = bundle.place(name)
        if path is None or path in files:
            raise Invalid(
                f"Expected one diagram, form or table under each name, but got {name!r}",
                problems={name: ["不是流程图、表单或决策表，或者同名文件不止一个"]},
            )
        files[path] = content
    return files


def line(version: ProcessVersion) -> dict[str, Any]:
    """One version."""
    known = {name: getattr(version, name) for name in VersionSchema().fields if hasattr(version, name)}
    return {**known, "process": version.process_key}
