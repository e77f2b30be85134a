CREATE TABLE account (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(255) NOT NULL UNIQUE,
    name text,
    created timestamptz NOT NULL DEFAULT now(),
    active boolean DEFAULT true
);
CREATE INDEX ix_account_name ON account (name);
COMMENT ON COLUMN account.name IS 'it''s full name';
COMMENT ON TABLE account IS 'people';
