-- Fills the real tables: 129 counties of ten towns of ten villages, three years of cases of all items, of which a fifth
-- run, most of them young, and a drawn timer waits in each. Names begin as unevenly as names do. The county that is asked
-- about holds the same cases, as many as a county holds of a million, however many there are elsewhere. An order begins
-- soon after its case, and has the key next to it. The first account is the clerk whose worklist is measured. Every
-- other county and item has one account that has done and holds its tasks.
SET session_replication_role = replica;
SELECT setseed(0.5);
INSERT INTO region (code, name, level, parent_code, prefix, office_name, phone)
SELECT code, '县' || n, 'county', '530000', code, '', ''
FROM generate_series(0, :counties - 9) AS n, concat('53', to_char(10 + n / 10, 'FM00'), to_char(40 + n % 10, 'FM00')) AS code
ON CONFLICT DO NOTHING;
CREATE TEMPORARY TABLE place AS
SELECT row_number() OVER (ORDER BY code) - 1 AS at, code FROM region WHERE level = 'county';
INSERT INTO region (code, name, level, parent_code, prefix, office_name, phone)
SELECT code || '9' || town, '镇' || town, 'town', code, code || '9' || town, '', ''
FROM place, generate_series(0, 9) AS n, to_char(n, 'FM00') AS town;
INSERT INTO region (code, name, level, parent_code, prefix, office_name, phone)
SELECT code || village, '村' || village, 'village', code, code || village, '', ''
FROM (SELECT code FROM region WHERE level = 'town' AND substr(code, 7, 1) = '9') AS town,
     generate_series(1, 10) AS n, to_char(n, 'FM000') AS village;
INSERT INTO account (id, login, name, active, failed_logins, session_version, created_at)
SELECT 1000 + n, 'other' || n, '经办', true, 0, 0, CAST(:now AS timestamptz) FROM generate_series(0, 16 * :counties) AS n;
CREATE TEMPORARY TABLE kind AS
SELECT row_number() OVER (ORDER BY code) - 1 AS at, code, department_code AS department FROM service_item;
CREATE TEMPORARY TABLE drawn AS
SELECT n AS mark, CAST(CAST(n AS bigint) * :cases / :same AS int) AS n, n > 0.8 * :same AS young, true AS asked,
       random() AS county, random() AS kind, random() AS village, random() AS first, random() AS second, random() AS third,
       random() AS luck, random() AS run
FROM generate_series(1, :same) AS n;
INSERT INTO drawn
SELECT n, n, n > 0.8 * :cases, false, random(), random(), random(), random(), 1 + random(), random(), random(), random()
FROM generate_series(1, :cases) AS n
WHERE n NOT IN (SELECT n FROM drawn);
CREATE TEMPORARY TABLE raised AS
SELECT 2 * n AS n, mark, place.code AS county, 1000 + 16 * place.at + kind.at AS account, asked,
       place.code || '9' || to_char(floor(10 * village), 'FM00') AS town,
       to_char(floor(100 * village) - 10 * floor(10 * village) + 1, 'FM000') AS village,
       kind.code AS item, kind.department, run < CASE WHEN young THEN 0.75 ELSE 0.0625 END AS runs, luck,
       CAST(:now AS timestamptz) - (:cases - n) * (interval '3 years' / :cases) AS started,
       chr(19968 + CAST(60 * first * first AS int)) || chr(21313 + CAST(floor(30 * second) AS int))
           || chr(22823 + CAST(floor(30 * third) AS int)) AS name
FROM drawn
JOIN place ON CASE WHEN asked THEN place.code = :county
                   ELSE place.at = floor(drawn.county * (:counties - 1))
                        + CASE WHEN floor(drawn.county * (:counties - 1))
                                    >= (SELECT there.at FROM place AS there WHERE there.code = :county) THEN 1 ELSE 0 END END
JOIN kind ON kind.at = floor(16 * drawn.kind);
ANALYZE raised;
INSERT INTO "case" (
    id, case_no, serial, process_key, item_code, version_id, called_versions, channel, applicant_name, applicant_identity,
    region_code, county_code, state, status, outcome, variables, state_blob, seq, head, version, started_at, ended_at,
    stopped_seconds, supervised, overdue_count, urge_count
)
SELECT
    n, concat_ws('-', item, county, day, to_char(serial, 'FM00000')), serial, :process, item, :version, '{}', 'GOV', name,
    to_char(n, 'FM000000000000000000'), town || village, county,
    CASE WHEN NOT runs THEN 'ended' WHEN luck < 0.02 THEN 'suspended' ELSE 'active' END,
    CASE WHEN runs THEN 'SUBMITTED' ELSE 'COMPLETED' END, CASE WHEN runs THEN NULL ELSE 'COMPLETED' END, '{}',
    CASE WHEN runs THEN '\x7b7d'::bytea END, 8, decode(repeat(md5(n::text), 2), 'hex'), 8, started,
    CASE WHEN runs THEN NULL ELSE LEAST(started + luck * interval '20 days', CAST(:now AS timestamptz)) END, 0,
    runs AND luck > 0.95, CASE WHEN luck > 0.95 THEN 1 ELSE 0 END, 0
FROM (
    SELECT *, row_number() OVER (PARTITION BY item, county, day ORDER BY n) AS serial
    FROM raised, to_char(started, 'YYYYMMDD') AS day
) AS numbered
ORDER BY n;
CREATE TEMPORARY TABLE done AS
SELECT n, 'county_' || department || '_clerk' AS role, county AS place, '受理' AS name, 0.2 AS part FROM raised
WHERE NOT runs OR luck < 0.5
UNION ALL
SELECT n, 'town_' || department || '_clerk', town, '入户调查', 0.9 FROM raised WHERE NOT runs;
INSERT INTO user_task (
    case_id, subject_id, kind, token, element_id, name, item_code, role_key, region_code, form_id, state, created_at,
    due_at, due_unit, remind_at, ended_at, completed_by, urge_count, in_turn
)
SELECT
    n, n, 'step', '2', 'apply', done.name, item, done.role, done.place, 'bench_long', 'completed', started,
    started + interval '25 days', 'wd', started + interval '20 days', started + part * luck * interval '20 days',
    CASE WHEN asked AND done.role = :role THEN 1 ELSE account END, 0, true
FROM done JOIN raised USING (n)
ORDER BY n;
INSERT INTO user_task (
    case_id, subject_id, kind, token, element_id, name, item_code, role_key, region_code, form_id, state, assignee_id,
    created_at, due_at, due_unit, remind_at, companion_at, urge_count, in_turn
)
SELECT
    n, n, 'step', '3', step, step, item, role, CASE WHEN step = '入户调查' THEN town ELSE county END, 'bench_long', 'open',
    CASE WHEN mark % 10 < 3 THEN CASE WHEN asked AND role = :role THEN 1 ELSE account END END, started,
    CASE WHEN late THEN CAST(:now AS timestamptz) - luck * interval '30 days' ELSE coming + interval '1 day' END, 'wd',
    CASE WHEN late THEN CAST(:now AS timestamptz) - luck * interval '40 days' ELSE coming END,
    CASE WHEN late OR mark % 7 = 0 THEN NULL ELSE coming END, 0, luck <= 0.95
FROM raised,
     LATERAL (SELECT CASE mark % 10 WHEN 0 THEN '入户调查' WHEN 4 THEN '入户调查' WHEN 5 THEN '审核' WHEN 9 THEN '审核'
                     WHEN 8 THEN '登记' ELSE '受理' END AS step, mark % 25 = 0 AS late,
                     CAST(:now AS timestamptz) + interval '1 day' + luck * interval '20 days' AS coming) AS facts,
     LATERAL (SELECT CASE step WHEN '入户调查' THEN 'town_' || department || '_clerk'
                     WHEN '审核' THEN 'county_' || department || '_reviewer'
                     ELSE 'county_' || department || '_clerk' END AS role) AS post
WHERE runs
ORDER BY n;
INSERT INTO "case" (
    id, case_no, serial, process_key, item_code, version_id, called_versions, subject_id, channel, applicant_name,
    applicant_identity, region_code, county_code, state, status, variables, seq, head, version, started_at,
    stopped_seconds, supervised, overdue_count, urge_count
)
SELECT
    n + 1, concat_ws('-', 'supervise', county, to_char(n, 'FM00000000')), n, 'supervise', item, :version, '{}', n,
    'GOV', name, to_char(n, 'FM000000000000000000'), town || village, county, 'active', 'SUBMITTED', '{}', 8,
    decode(repeat(md5(n::text), 2), 'hex'), 8, started, 0, false, 0, 0
FROM raised
WHERE runs AND luck > 0.95;
INSERT INTO user_task (
    case_id, subject_id, kind, token, element_id, name, item_code, role_key, region_code, form_id, state, created_at,
    due_at, due_unit, remind_at, companion_at, urge_count, in_turn
)
SELECT
    n + 1, n, 'step', '3', 'sign', '签收', item, 'county_' || department || '_reviewer', county, 'bench_long', 'open',
    started, CAST(:now AS timestamptz) + luck * interval '9 days', 'wd', CAST(:now AS timestamptz) + luck * interval '7 days',
    CAST(:now AS timestamptz) + luck * interval '7 days', 0, true
FROM raised
WHERE runs AND luck > 0.95;
INSERT INTO job (case_id, kind, token, element_id, state, due_at, attempts, epoch)
SELECT n, 'timer', '3', 'later', 'waiting', CAST(:now AS timestamptz) + interval '1 day' + n * interval '1 minute', 0, 0
FROM raised;
SET session_replication_role = origin;
