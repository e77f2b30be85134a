CREATE TABLE IF NOT EXISTS main.report_1 PARTITION OF main.report FOR VALUES FROM ('2024-01-01') TO ('2024-01-08') WITH (fillfactor = 70);
COMMENT ON TABLE main.report_1 IS 'a week';
CREATE TABLE main.report_2 PARTITION OF main.report DEFAULT PARTITION BY HASH (day);
