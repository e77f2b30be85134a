REVOKE SELECT ON TABLE main.thing FROM neap_golden_reader;
