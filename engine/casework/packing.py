"""How the journal keeps what its events say: JSON, deflated with a vocabulary that events of all cases share.

The rule: what was written once can be read for ever. A vocabulary never changes; a better one gets the next number,
which is the first byte of each value.
"""

import zlib
from typing import Any

from sqlalchemy import Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator

from engine.db import dumps, loads

PLAIN, NEWEST = 0, 1
# What is likely stands at the end, where it is referred to in the fewest bits.
_VOCABULARIES = {
    1: (
        '{"code":"","reason":"","to":[],"signature":,"position":"after","opened":["","kept":[],"redone":[],"target":"'
        '"before":{"late_since":"","overdueRecorded":true,"due":"","since":"","order":"","demand":"","orderDueDays":'
        '{"fired":["{"message":"CASE_ENDED","values":{"outcome":"CLOCK_STOPPED","CLOCK_RESUMED","stoppedSeconds":'
        '{"message":"TASK_REMINDED","taskName":"","taskDueAt":"","taskRole":"county_","taskElement":"","kind":"'
        '{"case":"supervise-530000-2026","process":"supervise"}{"case":"deadline-530000-2026","process":"deadline"}'
        '{"outcome":"COMPLETED","text":null}{"outcome":"REJECTED","text":"{"outcome":"APPROVED","text":"'
        '"subjectCaseNo":"","subjectItem":"","item":"","straight":"","signed":true,"dues":{"","asked":[{"'
        '{"channel":"COUNTER","variables":{"itemCode":"","itemName":"","department":"civil","channel":"GOV","county":"'
        '530000","countyName":"文山市","town":null,"startedAt":"2026-01-01T00:00:00.000000+00:00","caseNo":"-530000-20260101'
        '-00001","promisedAt":"T16:00:00+00:00","promisedAt":null},"undo":{"made":[],"taken":[[0,null,[[2,0,16,"'
        '"supervise_at":"2026-01-01T16:00:00+00:00","values":{"":null,"fresh":["","{"at":"2026-01-01T00:30:00+00:00"}'
        '"status":"SUBMITTED","status":"ACCEPTED","status":"PROCESSING","status":"REVIEWING"'
        '"decisions":[["",{"decision":"supervise_threshold","name":"督办阈值","inputs":{"事项":"'
        '","县（市、区）代码，空为全部":null,"办件状态，空为全部":"SUBMITTED"},"rows":[{"row":5,"id":"threshold_default","note":"'
        '各县通用：县级、州市天数 K，由各县按实际修改；超过 10 天省级督办 S1 §22"}]'
        ',"file":"rules/supervise_threshold.dmn","checksum":"'
        '","value":{"basis":"NODE_OVERDUE","ELAPSED","countyDays":7,"prefDays":8,"provDays":10,"deptWorkingDays":1}}]'
        '{"task":1,"token":"3","submission":1,"digest":"","undo":{"made":[3],"taken":[[0,null,[[2,0,16,"'
        '"]]]],"status":"SUBMITTED"},"steps":[["c",""],["e","start"],["c","start"],["e",""]],"hash":"'
        '","decisions":[["",{"decision":"deadlines","name":"办理时限","inputs":{"环节（流程.步骤）":"","县（市、区）代码，空为全部":"5300'
        '"},"rows":[{"row":1,"id":"limit_","note":""}],"file":"rules/deadlines.dmn","checksum":"","value":{"limit":5,'
        '"unit":"wh","unit":"cd","unit":"wd","warn":null,"basis":"K"}}]]}'
    ).encode(),
}  # fmt: skip


class Packed(TypeDecorator[Any]):
    """A JSON value as bytes, key order and exact decimals kept."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes:
        return pack(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:
        return None if value is None else unpack(value)


def pack(value: Any) -> bytes:
    """The value in the newest vocabulary, or as it is where that is shorter."""
    text = dumps(value).encode()
    deflate = zlib.compressobj(wbits=-zlib.MAX_WBITS, zdict=_VOCABULARIES[NEWEST])
    packed = deflate.compress(text) + deflate.flush()
    return bytes([NEWEST]) + packed if len(packed) < len(text) else bytes([PLAIN]) + text


def unpack(packed: bytes) -> Any:
    """The value again. Raises KeyError for a vocabulary that this program does not know."""
    number, content = packed[0], packed[1:]
    if number == PLAIN:
        return loads(content)
    inflate = zlib.decompressobj(wbits=-zlib.MAX_WBITS, zdict=_VOCABULARIES[number])
    return loads(inflate.decompress(content) + inflate.flush())
