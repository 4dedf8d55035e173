"""The command line `jushou`: what administrators and policy staff do without a browser.

Every command prints plain sentences, and ends with 0 when it did what it was asked, 1 when it refuses.
"""

import argparse
import logging
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select

from engine import db, schema, settings, worker
from engine.casework import deployments, vocabulary
from engine.casework.models import Case
from engine.db import reading, transaction
from engine.demo import filling
from engine.demo.registers import households, server
from engine.errors import Invalid, Refusal
from engine.language import bundle as bundles
from engine.language import decisions, feel, lint
from engine.oversight import archives, backups, replay
from engine.registry import accounts, reference, tokens
from engine.registry.actors import SYSTEM
from engine.workflow.conditions import to_json

Command = Callable[[argparse.Namespace], int]
Extend = Callable[[Any], None]


def main(arguments: Sequence[str] | None = None, *, more: Extend | None = None) -> int:
    """Run one command. `more` adds commands of a layer above."""
    parser = argparse.ArgumentParser(prog="jushou", description="举手 政府救助平台")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_commands(commands)
    if more is not None:
        more(commands)
    chosen = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    try:
        code: int = chosen.run(chosen)
    except Refusal as refusal:
        _complain(refusal)
        return 1
    return code


def _add_commands(commands: Any) -> None:
    _add(commands, "worker", run_worker, "fire due timers and send what is due, until stopped")
    _add(commands, "migrate", migrate, "bring the database to the newest schema, load reference rows and content")
    deploy = _add(commands, "deploy", deploy_folder, "deploy processes/, forms/ and rules/ of a folder")
    deploy.add_argument("folder", nargs="?", type=Path)
    check = _add(commands, "check", check_folder, "lint processes/, forms/ and rules/ of a folder")
    check.add_argument("folder", nargs="?", type=Path)
    expression = _add(commands, "feel", evaluate, "evaluate a FEEL expression")
    expression.add_argument("expression")
    expression.add_argument("--context", default="{}", metavar="JSON")
    table = _add(commands, "decide", decide, "evaluate a decision, knowledge model or service of a DMN file")
    table.add_argument("file", type=Path)
    table.add_argument("--decision", required=True, metavar="NAME", help="its name or id")
    table.add_argument("--context", default="{}", metavar="JSON")
    table.add_argument("--trace", action="store_true", help="say what was looked at and which rows applied")
    again = _add(commands, "replay", replay_cases, "execute the journal of a case again and compare")
    again.add_argument("case_no", nargs="?")
    again.add_argument("--all", action="store_true", help="all cases")
    backup = _add(commands, "backup", make_backup, "write database, attachments and keys to a folder of their own")
    backup.add_argument("into", type=Path, help="where backups are kept")
    backup.add_argument("--keep", type=int, metavar="N", help="remove all but the N newest")
    back = _add(commands, "restore", restore_backup, "put a backup where there is no database yet")
    back.add_argument("folder", type=Path, help="one backup")
    back.add_argument("--check", action="store_true", help="only see whether it is whole")
    archive = _add(commands, "archive", check_archive, "verify the archive of a case, each part and the chain")
    archive.add_argument("file", type=Path)
    token = _add(commands, "token", issue_token, "print a bearer token for the API")
    token.add_argument("account", help="login of a member of staff, or phone or ID number of a citizen")
    token.add_argument("--days", type=int, default=30)
    simulator = _add(commands, "registers", serve_registers, "simulate the departments' registers, until stopped")
    simulator.add_argument("--port", type=int, default=0, help="port (default: any that is free)")
    simulator.add_argument("--data", type=Path, help="what they hold (default: registers.json of the installation)")
    simulator.add_argument("--seed", type=int, default=filling.SEED)
    simulator.add_argument("--token", action="store_true", help="only print the token that they want to be shown")
    fill = _add(commands, "demo", fill_demo, "fill an empty database with demo people and cases")
    fill.add_argument("--cases", type=int, default=filling.CASES)
    fill.add_argument("--days", type=int, default=filling.DAYS)
    fill.add_argument("--seed", type=int, default=filling.SEED)


def _add(commands: Any, name: str, run: Command, help_text: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=help_text, description=help_text)
    parser.set_defaults(run=run)
    return parser


def _complain(refusal: Refusal) -> None:
    print(refusal.notice, file=sys.stderr)
    print(f"({refusal})", file=sys.stderr)
    if isinstance(refusal, Invalid):
        for key, sentences in refusal.problems.items():
            for sentence in sentences:
                print(f"  {key or '-'}: {sentence}", file=sys.stderr)


def connect() -> settings.Settings:
    """Let this process work on the installation's database."""
    here = settings.load()
    here.folder.mkdir(parents=True, exist_ok=True)
    db.use(db.connect(here.database_url))
    return here


def run_worker(_arguments: argparse.Namespace) -> int:
    connect()
    worker.run()
    return 0


def migrate(_arguments: argparse.Namespace) -> int:
    here = connect()
    schema.migrate(db.current())
    with transaction() as session:
        reference.load(session)
    with transaction() as session:
        for version in deployments.deploy_folder(session, here.content, actor=SYSTEM):
            print(f"已启用 {version.process_key} 第 {version.number} 版 {version.checksum[:12]}")
    if here.demo:
        return 0
    with transaction() as session:
        token = accounts.issue_setup_token(session)
    if token is not None:
        print(f"还没有任何账号。请在 30 分钟内打开 /setup ，用这个一次性口令建立第一位管理员：\n{token}")
    return 0


def deploy_folder(arguments: argparse.Namespace) -> int:
    here = connect()
    with transaction() as session:
        made = deployments.deploy_folder(session, arguments.folder or here.content, actor=SYSTEM)
    for version in made:
        print(f"已启用 {version.process_key} 第 {version.number} 版 {version.checksum[:12]}")
    if not made:
        print("没有变化")
    return 0


def check_folder(arguments: argparse.Namespace) -> int:
    """Lint needs no database: the roles are those of the reference tables."""
    content = bundles.from_folder(arguments.folder or settings.load().content)
    around = vocabulary.in_folder(content)
    errors, told = 0, set[lint.Problem]()
    for process in sorted(Path(path).stem for path in content if path.startswith("processes/")):
        try:
            bundle = bundles.read(bundles.collect(process, content))
        except Invalid as refusal:
            _complain(refusal)
            errors += 1
            continue
        known = vocabulary.vocabulary(reference.role_keys(), bundle, around)
        # Rules that go with every process have the same problems each time.
        for problem in (each for each in lint.check(bundle, known=known) if each not in told):
            told.add(problem)
            errors += problem.severity == "error"
            word = "错误" if problem.severity == "error" else "提醒"
            print(f"{problem.file} {problem.element_id}: {word} {problem.message} [{problem.rule}]")
    print(f"检查完毕，{errors} 个错误")
    return 1 if errors else 0


def _context(text: str) -> dict[str, Any]:
    try:
        value = db.loads(text)
    except ValueError as error:
        raise Invalid(f"Expected a JSON object, but {error}", notice="--context 不是 JSON") from error
    if not isinstance(value, dict):
        raise Invalid("Expected a JSON object, but got something else", notice="--context 应当是一个 JSON 对象")
    return value


def evaluate(arguments: argparse.Namespace) -> int:
    with feel.collect_warnings() as warnings:
        value = feel.evaluate(arguments.expression, _context(arguments.context))
    print("null" if value is None else feel.write(value))
    _warn(warnings)
    return 0


def _warn(warnings: Iterable[feel.FeelWarning]) -> None:
    for sentence in dict.fromkeys(warning.chinese for warning in warnings):
        print(sentence, file=sys.stderr)


def decide(arguments: argparse.Namespace) -> int:
    """Files that the file imports are looked for beside it."""
    path: Path = arguments.file
    if not path.is_file():
        raise Invalid(f"Expected a DMN file, but there is no {path}", notice=f"没有这个文件：{path}")
    beside = (each.read_bytes() for each in sorted(path.parent.glob("*.dmn")) if each != path)
    model = decisions.linked(path.read_bytes(), beside)
    given = decisions.from_json(model, arguments.decision, _context(arguments.context))
    with feel.collect_warnings() as warnings:
        decided = model.answer(arguments.decision, given)
    print(db.dumps(to_json(decided.value)))
    for line in _trace(decided, set()) if arguments.trace else ():
        print(line)
    _warn(warnings)
    return 0


def _trace(decided: decisions.Decided, told: set[int], indent: str = "") -> Iterator[str]:
    """Why a decision says what it says: what it saw, which rows applied, what it asked before; each is told once."""
    yield f"{indent}{decided.name} = {_written(decided.value)}" + "（见上）" * (id(decided) in told)
    if id(decided) in told:
        return
    told.add(id(decided))
    for name, value in decided.inputs.items():
        yield f"{indent}  输入 {name} = {_written(value)}"
    for hit in decided.hits:
        place = f"“{hit.table}”" if hit.table != decided.name else ""
        says = "，".join(_written(value) for value in hit.outputs.values())
        yield f"{indent}  命中{place}第 {hit.row} 行：{says}" + f"（{hit.note}）" * bool(hit.note)
    for required in decided.required:
        yield from _trace(required, told, indent + "  ")


def _written(value: feel.Value) -> str:
    """As FEEL writes it, texts in their quotation marks."""
    return (feel.write([value]) or "")[1:-1]


def replay_cases(arguments: argparse.Namespace) -> int:
    if bool(arguments.case_no) == arguments.all:
        raise Invalid("Expected a case number or --all, but got neither or both", notice="请给出受理编号，或者 --all")
    connect()
    with reading() as session:
        numbers = (
            list(session.scalars(select(Case.case_no).order_by(Case.id))) if arguments.all else [arguments.case_no]
        )
        found = [replay.replay(session, number) for number in numbers]
    for outcome in found:
        if not outcome.equal or not arguments.all:
            print(f"{outcome.case_no}：{'一致' if outcome.equal else outcome.difference}（{outcome.steps} 步）")
    if arguments.all:
        print(f"{len(found)} 件，{sum(outcome.equal for outcome in found)} 件一致")
    return 0 if all(outcome.equal for outcome in found) else 1


def make_backup(arguments: argparse.Namespace) -> int:
    here = connect()
    made = backups.make(here, arguments.into)
    backups.record(made)
    print(_told(made))
    for folder in backups.forget_old(arguments.into, arguments.keep) if arguments.keep else ():
        print(f"已清理旧备份 {folder.name}")
    return 0


def restore_backup(arguments: argparse.Namespace) -> int:
    if arguments.check:
        print(f"备份完整。{_told(backups.verify(arguments.folder))}")
        return 0
    here = settings.load()
    here.folder.mkdir(parents=True, exist_ok=True)
    print(f"已恢复。{_told(backups.restore(here, arguments.folder))}")
    print("请接着执行 jushou migrate，再用 jushou replay --all 核对全部办件。")
    return 0


def check_archive(arguments: argparse.Namespace) -> int:
    """Needs no database: the archive proves itself."""
    told = archives.check(arguments.file)
    print(f"档案完整。{told['caseNo']}：{told['events']} 条办理记录，{len(told['files'])} 个文件，{told['madeBy']}导出")
    return 0


def _told(made: backups.Backup) -> str:
    evidence = made.evidence
    return (
        f"{made.name}：{evidence.cases} 件办件，{evidence.events} 条记录，{len(made.files)} 个文件，"
        f"{made.size / 1_000_000:.1f} MB，校验 {evidence.heads[:16]}"
    )


def issue_token(arguments: argparse.Namespace) -> int:
    connect()
    with transaction() as session:
        print(tokens.issue_api_token(session, arguments.account, days=arguments.days))
    return 0


def fill_demo(arguments: argparse.Namespace) -> int:
    here = connect()
    for line in filling.fill(here, cases=arguments.cases, days=arguments.days, seed=arguments.seed):
        print(line)
    return 0


def serve_registers(arguments: argparse.Namespace) -> int:
    """The simulator is a stranger to the platform: it reads its own file and never the database."""
    folder = settings.load().folder
    token = server.token_of(folder)
    if arguments.token:
        print(token)
        return 0
    path: Path = arguments.data or folder / "registers.json"
    households.provide(path, arguments.seed)
    server.run(path, token=token, port=arguments.port)
    return 0
