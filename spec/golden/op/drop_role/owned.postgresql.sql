CREATE ROLE neap_golden;
REASSIGN OWNED BY neap_golden TO CURRENT_USER;
DROP OWNED BY neap_golden;
DROP ROLE neap_golden;
CREATE ROLE neap_golden;
DROP OWNED BY neap_golden;
DROP ROLE neap_golden;
