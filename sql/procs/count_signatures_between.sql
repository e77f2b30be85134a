-- count_signatures() for every day from the first to the last.
CREATE OR REPLACE FUNCTION count_signatures_between(first_day date, last_day date)
    RETURNS TABLE (day date, written bigint)
    LANGUAGE plpgsql STRICT
AS $$
BEGIN
    IF last_day < first_day THEN
        RAISE EXCEPTION 'the last day, %, is before the first, %', last_day, first_day
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    FOR day IN SELECT generate_series(first_day, last_day, '1 day')::date LOOP
        written := count_signatures(day);
        RETURN NEXT;
    END LOOP;
END
$$;
