COMMENT ON TABLE account IS 'people''s accounts';
