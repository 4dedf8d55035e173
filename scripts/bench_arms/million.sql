-- Fills the real tables: a fifth of the cases run, spread over counties and items, and a drawn timer waits in each.
-- The first account is the clerk whose worklist is measured.
SET session_replication_role = replica;
INSERT INTO region (code, name, level, parent_code, prefix, office_name, phone)
SELECT code, '县' || n, 'county', '530000', code, '', ''
FROM generate_series(0, :counties - 9) AS n, concat('53', to_char(10 + n / 10, 'FM00'), to_char(40 + n % 10, 'FM00')) AS code
ON CONFLICT DO NOTHING;
CREATE TEMPORARY TABLE place AS
SELECT row_number() OVER (ORDER BY code) - 1 AS at, code FROM region WHERE level = 'county';
CREATE TEMPORARY TABLE kind AS
SELECT row_number() OVER (ORDER BY code) - 1 AS at, code, concat('county_', department_code, '_clerk') AS role
FROM service_item;
INSERT INTO "case" (
    id, case_no, process_key, item_code, version_id, called_versions, channel, applicant_name, applicant_identity,
    region_code, state, status, outcome, variables, state_blob, seq, head, version, started_at, ended_at,
    stopped_seconds, supervised, overdue_count, urge_count
)
SELECT
    n, concat_ws('-', kind.code, place.code, '20260101', to_char(n, 'FM0000000')), :process, kind.code, :version, '{}',
    'GOV', concat('申请人', place.code, '第', n), to_char(n, 'FM000000000000000000'), place.code,
    CASE WHEN runs THEN 'active' ELSE 'ended' END, CASE WHEN runs THEN 'SUBMITTED' ELSE 'COMPLETED' END,
    CASE WHEN runs THEN NULL ELSE 'COMPLETED' END, '{}', CASE WHEN runs THEN '\x7b7d'::bytea END, 8,
    repeat(md5(n::text), 2), 8, CAST(:now AS timestamptz) - n * interval '10 seconds',
    CASE WHEN runs THEN NULL ELSE CAST(:now AS timestamptz) - n * interval '5 seconds' END, 0, runs AND n % 500 = 0, 0, 0
FROM generate_series(1, :cases) AS n
CROSS JOIN LATERAL (SELECT n % 5 = 0 AS runs) AS whether
JOIN place ON place.at = n / 80 % (SELECT count(*) FROM place)
JOIN kind ON kind.at = n / 5 % (SELECT count(*) FROM kind);
INSERT INTO user_task (
    case_id, kind, token, element_id, name, item_code, role_key, region_code, form_id, state, created_at, due_at,
    due_unit, remind_at, companion_at, ended_at, completed_by, urge_count
)
SELECT
    c.id, 'step', '2', 'apply', '受理', c.item_code, kind.role, c.region_code, 'bench_long',
    CASE c.state WHEN 'active' THEN 'open' ELSE 'completed' END, c.started_at, CAST(:now AS timestamptz) + c.id * interval '1 minute', 'wd',
    CAST(:now AS timestamptz) + interval '1 day' + c.id * interval '30 seconds',
    CASE c.state WHEN 'active' THEN CAST(:now AS timestamptz) + interval '1 day' + c.id * interval '30 seconds' END, c.ended_at,
    CASE WHEN c.state = 'ended' AND c.region_code = :county AND kind.role = :role THEN 1 END, 0
FROM "case" AS c JOIN kind ON kind.code = c.item_code;
INSERT INTO job (case_id, kind, token, element_id, state, due_at, attempts, epoch)
SELECT id, 'timer', '3', 'later', 'waiting', CAST(:now AS timestamptz) + interval '1 day' + id * interval '1 minute', 0, 0 FROM "case";
SET session_replication_role = origin;
