GRANT MAINTAIN ON TABLE account TO neap_golden_reader;
