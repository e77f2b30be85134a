CREATE POLICY "No backdating" ON bixie.report AS RESTRICTIVE FOR INSERT TO neap_golden_a, PUBLIC, CURRENT_USER WITH CHECK (created >= now() -- or later
);
COMMENT ON POLICY "No backdating" ON bixie.report IS 'it''s the law';
