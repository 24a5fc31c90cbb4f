-- SPDX-License-Identifier: PostgreSQL
-- report.sql: figures against targets. Run in the folder with targets.tsv.
CREATE TABLE bench.target (position int GENERATED ALWAYS AS IDENTITY, id text PRIMARY KEY,
	what text, comparison text, target numeric, unit text, how text);
\copy bench.target (id, what, comparison, target, unit, how) FROM 'targets.tsv' WITH (NULL '')

CREATE FUNCTION bench.printed(value float8) RETURNS text
RETURN CASE WHEN abs(value) >= 10 OR value = trunc(value) THEN round(value::numeric, 1)
	WHEN abs(value) >= 0.1 THEN round(value::numeric, 2)
	ELSE round(value::numeric, 4) END;

CREATE VIEW bench.verdict AS
	SELECT position, split_part(id, '-', 1)::int AS number, id, what, how,
		coalesce(bench.printed(f.value) || coalesce(' ' || unit, ''), '-') AS figure,
		coalesce(comparison || ' ' || target || coalesce(' ' || unit, ''), '-') AS target,
		CASE WHEN f.id IS NULL THEN 'not measured'
			WHEN f.value IS NULL THEN f.note
			WHEN comparison IS NULL THEN '-'
			WHEN comparison = '<=' THEN CASE WHEN f.value <= t.target THEN 'met' ELSE 'missed' END
			ELSE CASE WHEN f.value >= t.target THEN 'met' ELSE 'missed' END
		END AS verdict
	FROM bench.target AS t LEFT JOIN bench.figure AS f USING (id);

CREATE VIEW bench.result AS
	SELECT series, variant, round(bench.median(series, variant)::numeric, 1) AS median, count(*) AS rounds
	FROM bench.measurement GROUP BY series, variant;
