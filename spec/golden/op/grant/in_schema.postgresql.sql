GRANT SELECT ON TABLE main.thing TO neap_golden_reader;
