\restrict mPb4MYkaYIjUjhVdBrAsTn6mOyCoOoxu0ZuNmVVHOBrcPvhKt4vBtmOyXYpmRgJ
-- (amacneil/dbmate#735)
SET statement_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);
\copy t from 'a;b.csv'
SELECT 1 \gset
;
\unrestrict mPb4MYkaYIjUjhVdBrAsTn6mOyCoOoxu0ZuNmVVHOBrcPvhKt4vBtmOyXYpmRgJ
==== expected
---- backslash, line 1
\restrict mPb4MYkaYIjUjhVdBrAsTn6mOyCoOoxu0ZuNmVVHOBrcPvhKt4vBtmOyXYpmRgJ
---- statement, line 3
SET statement_timeout = 0
---- statement, line 4
SELECT pg_catalog.set_config('search_path', '', false)
---- backslash, line 5
\copy t from 'a;b.csv'
---- statement, line 6
SELECT 1 \gset
---- backslash, line 8
\unrestrict mPb4MYkaYIjUjhVdBrAsTn6mOyCoOoxu0ZuNmVVHOBrcPvhKt4vBtmOyXYpmRgJ
