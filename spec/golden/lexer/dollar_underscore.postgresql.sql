-- $_$ around $$ (andialbrecht/sqlparse#277).
CREATE FUNCTION html_decode(text) RETURNS text LANGUAGE plpgsql AS $_$
BEGIN
  RETURN regexp_replace($1 ,$$&#(\d+);$$ ,$$'||chr(\1)||'$$, 'g');
END;
$_$;
SELECT html_decode('&#65;');
==== expected
---- statement, line 2
CREATE FUNCTION html_decode(text) RETURNS text LANGUAGE plpgsql AS $_$
BEGIN
  RETURN regexp_replace($1 ,$$&#(\d+);$$ ,$$'||chr(\1)||'$$, 'g');
END;
$_$
---- statement, line 7
SELECT html_decode('&#65;')
