"""A bundle: the files of one process version, frozen for ever — diagram, forms and rules — and what they refer to.

The rule: the same bytes under the same paths are the same version; the SHA-256 says so.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import TypeVar

from engine.errors import Invalid, NotFound, TooLarge
from engine.language import decisions, diagram, forms
from engine.language.decisions import Model
from engine.language.diagram import Process
from engine.language.forms import Form

T = TypeVar("T")

MAX_FILES = 100
MAX_BYTES = 20 * 1024 * 1024
FOLDERS = {".bpmn": "processes", ".form": "forms", ".dmn": "rules"}
# Deadlines, messages, supervision thresholds and who has to keep away are asked of every process by the engine itself.
ALWAYS = ("rules/deadlines.dmn", "rules/messages.dmn", "rules/segregation.dmn", "rules/supervise_threshold.dmn")
INTAKE = "intake"
# In each region of which level the clock begins a process: of the first, unless a start's property `startsPer` names
# others, with commas.
START_LEVELS = ("county", "prefecture", "province")
_STEM = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,99}")


@dataclass(frozen=True, eq=False)
class Bundle:
    """One process version, read. `called`: ids of the processes that its call activities name; `paths`: the file in
    which each decision stands."""

    process_id: str
    process: Process
    files: Mapping[str, bytes]
    forms: Mapping[str, Form]
    decisions: Mapping[str, Model]
    called: tuple[str, ...]
    checksum: str
    paths: Mapping[str, str]

    @property
    def diagram(self) -> bytes:
        """The BPMN file."""
        return self.files[self.diagram_path]

    @property
    def diagram_path(self) -> str:
        """The path of the BPMN file."""
        return f"processes/{self.process_id}.bpmn"


def read(files: Mapping[str, bytes]) -> Bundle:
    """The bundle of these files, given by paths such as "processes/water.bpmn"; the same files are read once.

    Raises TooLarge, or Invalid: problems by element id for the diagram, by path for forms and rules, "" for the whole.
    """
    _refuse_excess(files)
    return _read(tuple(sorted(files.items())))


@lru_cache(maxsize=512)
def _read(content: tuple[tuple[str, bytes], ...]) -> Bundle:
    files = dict(content)
    reading = _Reading(files)
    process = reading.process()
    read_forms, models = reading.forms(), reading.models()
    if reading.problems or process is None:
        raise _invalid(reading.problems)
    return Bundle(
        process_id=process.id,
        process=process,
        files=MappingProxyType(files),
        forms=MappingProxyType(read_forms),
        decisions=MappingProxyType(models),
        called=called_by(process),
        checksum=checksum(files),
        paths=MappingProxyType(reading.paths),
    )


def checksum(files: Mapping[str, bytes]) -> str:
    """SHA-256 over the paths in order, each with the SHA-256 of its content."""
    whole = hashlib.sha256()
    for path in sorted(files):
        whole.update(f"{path}\0{hashlib.sha256(files[path]).hexdigest()}\n".encode())
    return whole.hexdigest()


def called_by(process: Process) -> tuple[str, ...]:
    """Ids of the processes that its call activities name, each once; one that FEEL names is known only at run time."""
    named = [element.called for element in process.walk() if element.called and not element.called.startswith("=")]
    return tuple(dict.fromkeys(named))


def place(name: str) -> str | None:
    """Where a file belongs in a bundle ("water.bpmn" → "processes/water.bpmn"); None if it is none of ours."""
    path = PurePosixPath(name.replace("\\", "/"))
    folder = FOLDERS.get(path.suffix)
    if folder is None or not _STEM.fullmatch(path.stem):
        return None
    return f"{folder}/{path.name}"


def collect(process_id: str, folder: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files of one process out of a folder: its diagram and the forms and rules that it refers to.

    What it refers to and is not there is left out, for lint to tell. Raises NotFound, and what `diagram.read` raises.
    """
    path = f"processes/{process_id}.bpmn"
    if path not in folder:
        raise NotFound(f"Expected {path}, but there is no such file", notice=f"没有流程“{process_id}”")
    process = diagram.read(folder[path])
    wanted = [path, *ALWAYS, *_forms_of(process), *_rules_of(process, folder)]
    tables = _tables(folder)
    for rules in [each for each in wanted if each in tables]:
        wanted += decisions.imported(folder[rules], {each: data for each, data in tables.items() if each != rules})
    return {path: folder[path] for path in dict.fromkeys(wanted) if path in folder}


def from_folder(folder: Path) -> dict[str, bytes]:
    """The files of processes/, forms/ and rules/ under a folder, by their paths."""
    return {
        f"{below}/{file.name}": file.read_bytes()
        for suffix, below in FOLDERS.items()
        for file in sorted((folder / below).glob(f"*{suffix}"))
    }


def _forms_of(process: Process) -> Iterator[str]:
    for element in process.walk():
        if element.form and not element.form.startswith("="):
            yield f"forms/{element.form}.form"
    # The intake asks for the form `=itemCode + "_apply"` of the item that called it.
    if INTAKE in called_by(process):
        yield f"forms/{process.id}_apply.form"


def _rules_of(process: Process, folder: Mapping[str, bytes]) -> Iterator[str]:
    """The file named as the decision, or else the one that holds it."""
    for decision in (process.properties.get("selfTest"), *(element.decision for element in process.walk())):
        if not decision or decision.startswith("="):
            continue
        named = f"rules/{decision}.dmn"
        yield (
            named
            if named in folder
            else next((path for path in _of(folder, ".dmn") if _holds(folder, path, decision)), named)
        )


def _holds(folder: Mapping[str, bytes], path: str, decision: str) -> bool:
    try:
        return decision in table_model(folder, path)
    except Invalid:
        return False


def table_model(files: Mapping[str, bytes], path: str, *, read: Callable[..., Model] = decisions.checked) -> Model:
    """The decisions of one file among others that it may import. Raises as `read` does."""
    others = {each: data for each, data in _tables(files).items() if each != path}
    return _linked(files[path], tuple(others[each] for each in decisions.imported(files[path], others)), read)


@lru_cache(maxsize=256)
def _linked(file: bytes, wanted: tuple[bytes, ...], read: Callable[..., Model]) -> Model:
    """The same tables go with every process, and a model never changes."""
    return decisions.linked(file, wanted, read=read)


def _tables(files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {path: files[path] for path in _of(files, ".dmn")}


def _of(files: Mapping[str, bytes], suffix: str) -> list[str]:
    return sorted(path for path in files if path.endswith(suffix))


def _refuse_excess(files: Mapping[str, bytes]) -> None:
    size = sum(len(data) for data in files.values())
    if len(files) > MAX_FILES or size > MAX_BYTES:
        reason = f"Expected at most {MAX_FILES} files of {MAX_BYTES} bytes, but got {len(files)} of {size}"
        raise TooLarge(reason, notice=f"文件太多或太大：最多 {MAX_FILES} 个，共 20 MB")


@dataclass
class _Reading:
    """Reads the files of a bundle and collects what is wrong in all of them."""

    files: Mapping[str, bytes]
    problems: dict[str, list[str]] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)

    def refuse(self, where: str, sentence: str) -> None:
        self.problems.setdefault(where, []).append(sentence)

    def process(self) -> Process | None:
        for path in self.files:
            if place(path) != path:
                self.refuse(path, "不是流程、表单或规则文件，或放错了文件夹")
        paths = _of(self.files, ".bpmn")
        if len(paths) != 1:
            self.refuse("", f"一个版本必须有且只有一个流程图，现有 {len(paths)} 个")
            return None
        try:
            process = diagram.read(self.files[paths[0]])
        except Invalid as error:
            for element_id, sentences in error.problems.items():
                self.problems.setdefault(element_id, []).extend(sentences)
            return None
        if process.id != PurePosixPath(paths[0]).stem:
            self.refuse(process.id, f"流程编号“{process.id}”与文件名不一致：{paths[0]}")
        return process

    def forms(self) -> dict[str, Form]:
        found: dict[str, Form] = {}
        for path in _of(self.files, ".form"):
            form = self.read(path, lambda path: forms.read(self.files[path]))
            if form is not None and form.id != PurePosixPath(path).stem:
                self.refuse(path, f"表单编号“{form.id}”与文件名不一致")
            if form is not None:
                found[form.id] = form
        return found

    def models(self) -> dict[str, Model]:
        found: dict[str, Model] = {}
        for path in _of(self.files, ".dmn"):
            model = self.read(path, lambda path: table_model(self.files, path))
            if model is None:
                continue
            for decision in model.decisions:
                if decision in found:
                    self.refuse(path, f"决策“{decision}”在另一个规则文件中已经有了")
                found[decision] = model
                self.paths[decision] = path
        return found

    def read(self, path: str, reader: Callable[[str], T]) -> T | None:
        try:
            return reader(path)
        except Invalid as error:
            for where, sentences in error.problems.items():
                for sentence in sentences:
                    self.refuse(path, f"{where}：{sentence}" if where else sentence)
            return None


def _invalid(problems: Mapping[str, list[str]]) -> Invalid:
    first = next(iter(problems.values()))[0]
    return Invalid(f"Expected a readable process version, but {dict(problems)}", problems=problems, notice=first)
