CREATE TABLE account (id integer, name text, active boolean, created date, score double precision, raw text);
