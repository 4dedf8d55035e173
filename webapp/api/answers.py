"""What the API answers, field by field.

The rule: an answer holds the fields listed here and nothing else; personal data come in masked already.
"""

from marshmallow import Schema, fields

from engine.casework.paging import MOST_COUNTED


class ItemSchema(Schema):
    """服务事项."""

    code = fields.String()
    name = fields.String()
    board = fields.String()
    department = fields.String()
    channel_kind = fields.String(metadata={"description": "申请, 反映 or 查询"})
    enabled = fields.Boolean(
        metadata={"description": "Switched on, and its process is active or a directory answers it"}
    )


class HospitalSchema(Schema):
    """医疗机构."""

    code = fields.String()
    version = fields.Integer()
    name = fields.String()
    region_code = fields.String()
    region = fields.String()
    level = fields.String()
    kind = fields.String()
    functions = fields.List(fields.String())
    diseases = fields.List(fields.String(), metadata={"description": "What it treats as 大病定点"})
    clinics = fields.List(fields.String())
    address = fields.String()
    phone = fields.String(allow_none=True)
    hours = fields.String(allow_none=True)
    latitude = fields.Float(allow_none=True)
    longitude = fields.Float(allow_none=True)
    distance = fields.Float(allow_none=True, metadata={"description": "In km, as the crow flies"})
    open = fields.Boolean()
    verified = fields.Boolean(metadata={"description": "Checked and published by the county"})
    published_at = fields.AwareDateTime()


class PolicySchema(Schema):
    """A page of 政策与须知. `number`: which version it is."""

    id = fields.Integer()
    number = fields.Integer()
    category = fields.String()
    title = fields.String()
    unit = fields.String()
    region_code = fields.String()
    effective_on = fields.Date()
    state = fields.String(metadata={"description": "posted, superseded or repealed"})
    published_at = fields.AwareDateTime()


class WholePolicySchema(PolicySchema):
    """The same with its text and all versions of it."""

    text = fields.String()
    basis = fields.String()
    versions = fields.List(fields.Nested(PolicySchema))


class ChipSchema(Schema):
    """What the clock says."""

    kind = fields.String()
    text = fields.String()


class TaskSchema(Schema):
    """待办."""

    id = fields.Integer()
    case_no = fields.String()
    item_code = fields.String()
    element_id = fields.String()
    name = fields.String()
    role = fields.String()
    region_code = fields.String()
    region = fields.String()
    state = fields.String()
    assignee = fields.String(allow_none=True)
    applicant = fields.String()
    created_at = fields.AwareDateTime()
    due_at = fields.AwareDateTime(allow_none=True)
    remind_at = fields.AwareDateTime(allow_none=True)
    ended_at = fields.AwareDateTime(allow_none=True)
    clock = fields.Nested(ChipSchema)


class TaskPageSchema(Schema):
    """One page of a worklist."""

    tasks = fields.List(fields.Nested(TaskSchema))
    total = fields.Integer(
        metadata={"description": f"Counted up to {MOST_COUNTED}; `more` says whether there are others"}
    )
    more = fields.Boolean(metadata={"description": "Whether there are more than `total`, which were not counted"})
    page = fields.Integer()
    size = fields.Integer()
    pages = fields.Integer()


class OptionSchema(Schema):
    """One answer that may be chosen."""

    value = fields.Raw()
    label = fields.String()
    explanation = fields.String()


class QuestionSchema(Schema):
    """One field of a form. `visible`: with the answers of the saved draft; `hide`: the FEEL condition that hides it."""

    key = fields.String()
    label = fields.String()
    description = fields.String()
    kind = fields.String()
    format = fields.String()
    required = fields.Boolean()
    read_only = fields.Boolean()
    visible = fields.Boolean()
    hide = fields.String(allow_none=True)
    options = fields.List(fields.Nested(OptionSchema))
    minimum = fields.Decimal(as_string=True, allow_none=True)
    maximum = fields.Decimal(as_string=True, allow_none=True)
    min_length = fields.Integer(allow_none=True)
    max_length = fields.Integer(allow_none=True)
    earliest = fields.String()
    latest = fields.String()
    min_files = fields.Integer()
    max_files = fields.Integer()
    max_choices = fields.Integer()
    rows = fields.List(fields.Nested(lambda: QuestionSchema(exclude=("rows",))))


class FormSchema(Schema):
    """The form of a task."""

    id = fields.String()
    name = fields.String()
    fields_ = fields.List(fields.Nested(QuestionSchema), data_key="fields", attribute="fields")


class BeginningSchema(Schema):
    """What may be begun, and with the post of which region."""

    process = fields.String()
    name = fields.String()
    about = fields.String()
    role_key = fields.String()
    region_code = fields.String()


class WholeBeginningSchema(BeginningSchema):
    """The same with its form."""

    form = fields.Nested(FormSchema, allow_none=True)


class WholeTaskSchema(TaskSchema):
    """待办 with its form."""

    may_complete = fields.Boolean()
    form = fields.Nested(FormSchema, allow_none=True)
    draft = fields.Dict(metadata={"description": "What the same person typed and has not submitted"})


class CompletedSchema(Schema):
    """What a completion led to. `ended`: whether the case has come to its end."""

    task_id = fields.Integer()
    case_no = fields.String()
    ended = fields.Boolean()


class AnswerSchema(Schema):
    """A question and its answer in words."""

    label = fields.String()
    value = fields.String()


class SubmissionSchema(Schema):
    """What was filled in at one step."""

    name = fields.String()
    at = fields.AwareDateTime()
    who = fields.String()
    answers = fields.List(fields.Nested(AnswerSchema))
    files = fields.List(fields.String())


class OpenTaskSchema(Schema):
    """A step that waits."""

    id = fields.Integer()
    element_id = fields.String()
    name = fields.String()
    due_at = fields.AwareDateTime(allow_none=True)


class ReturnedSchema(Schema):
    """What a return led to: the steps that are open again."""

    case_no = fields.String()
    tasks = fields.List(fields.Nested(OpenTaskSchema))


class HeardSchema(Schema):
    """A case has heard a message. Its sender need not be one who may read the case."""

    case_no = fields.String()
    message = fields.String()


class CaseSchema(Schema):
    """办件."""

    case_no = fields.String()
    process = fields.String()
    item_code = fields.String()
    item_name = fields.String()
    channel = fields.String()
    state = fields.String(metadata={"description": "active, suspended or ended"})
    status = fields.String()
    status_text = fields.String()
    outcome = fields.String(allow_none=True)
    outcome_text = fields.String(allow_none=True)
    reason_code = fields.String(allow_none=True, metadata={"description": "Of which kind the reason is (domain 0.3)"})
    outcome_basis = fields.String(allow_none=True, metadata={"description": "On which rule it rests"})
    region_code = fields.String()
    place = fields.String()
    applicant = fields.String()
    applicant_identity = fields.String()
    masked = fields.Boolean(metadata={"description": "Whether personal data are masked for this reader"})
    started_at = fields.AwareDateTime()
    accepted_at = fields.AwareDateTime(allow_none=True)
    promised_at = fields.AwareDateTime(allow_none=True)
    ended_at = fields.AwareDateTime(allow_none=True)
    supervised = fields.Boolean()
    overdue_count = fields.Integer()
    open_tasks = fields.List(
        fields.Nested(OpenTaskSchema), metadata={"description": "Those that this reader may look at"}
    )
    submissions = fields.List(fields.Nested(SubmissionSchema))


class EventSchema(Schema):
    """What happened, or for a citizen also what happens now and comes next (`state`)."""

    seq = fields.Integer(allow_none=True)
    state = fields.String(metadata={"description": "done, now or next"})
    at = fields.AwareDateTime(allow_none=True)
    due_at = fields.AwareDateTime(allow_none=True)
    kind = fields.String(allow_none=True)
    element_id = fields.String(allow_none=True)
    text = fields.String()
    who = fields.String()
    hash = fields.String(allow_none=True)


class HistorySchema(Schema):
    """流水. `next_after`: what to ask for as `after` to read on; null at the end."""

    case_no = fields.String()
    events = fields.List(fields.Nested(EventSchema))
    next_after = fields.Integer(allow_none=True)


class VersionSchema(Schema):
    """流程版本."""

    id = fields.Integer()
    process = fields.String()
    name = fields.String()
    number = fields.Integer()
    checksum = fields.String()
    state = fields.String()
    remark = fields.String()
    uploaded_at = fields.AwareDateTime()
    approved_at = fields.AwareDateTime(allow_none=True)
    warnings = fields.List(fields.String())


class ChangeSchema(Schema):
    """One file, element or flow that differs. `details`: the fields of a form or rows of a table that do."""

    kind = fields.String(metadata={"description": "added, removed or changed"})
    id = fields.String()
    name = fields.String()
    aspects = fields.List(fields.String())
    details = fields.List(fields.String())


class ChangesSchema(Schema):
    """What differs from the active version."""

    against = fields.Integer(metadata={"description": "The number of the active version"})
    files = fields.List(fields.Nested(ChangeSchema))
    elements = fields.List(fields.Nested(ChangeSchema))
    flows = fields.List(fields.Nested(ChangeSchema))


class UploadedVersionSchema(VersionSchema):
    """流程版本 with what it changes; null where there is no active version, or this is it."""

    changes = fields.Nested(ChangesSchema, allow_none=True)


class VersionPageSchema(Schema):
    """One page of versions."""

    versions = fields.List(fields.Nested(VersionSchema))
    total = fields.Integer()
    page = fields.Integer()
    size = fields.Integer()
    pages = fields.Integer()


class MigratedCaseSchema(Schema):
    """One case of a migration; `reason` where it did not go over, or did not come back."""

    case_no = fields.String()
    state = fields.String()
    reason = fields.String()


class UndoingSchema(Schema):
    """撤销整批迁移."""

    state = fields.String(metadata={"description": "running, done or canceled"})
    reason = fields.String()
    started_at = fields.AwareDateTime()
    ended_at = fields.AwareDateTime(allow_none=True)


class MigrationSchema(Schema):
    """迁移 of running cases. `counts`: how many cases are in which state."""

    id = fields.Integer()
    state = fields.String(metadata={"description": "running, done or canceled"})
    reason = fields.String()
    from_version_id = fields.Integer()
    to_version_id = fields.Integer()
    started_at = fields.AwareDateTime()
    ended_at = fields.AwareDateTime(allow_none=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())
    cases = fields.List(fields.Nested(MigratedCaseSchema))
    undo = fields.Nested(UndoingSchema, allow_none=True)


class FailureSchema(Schema):
    """Why something was not done. `number`: to be named on the telephone, when the platform itself failed."""

    status = fields.Integer()
    code = fields.String()
    message = fields.String(metadata={"description": "For people, in Chinese"})
    reason = fields.String(metadata={"description": "For programmers, in English"})
    problems = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))
    number = fields.String()


class ErrorSchema(Schema):
    """Every error has this shape."""

    error = fields.Nested(FailureSchema)
