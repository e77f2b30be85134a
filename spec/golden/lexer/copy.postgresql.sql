--
-- Data for Name: page; Type: TABLE DATA (flyway/flyway#1876, #2143, amacneil/dbmate#31)
--

COPY public.page (id, "body;text") FROM stdin;
1	it's <b>"bold"</b>; $$ costs $1
2	/* not a comment -- nor this
3	\\. \.x \N
\.


COPY public.empty (id) FROM stdin;
\.

SELECT pg_catalog.setval('public.page_id_seq', 3, true);
==== expected
---- statement, line 5
COPY public.page (id, "body;text") FROM stdin
---- data
1	it's <b>"bold"</b>; $$ costs $1
2	/* not a comment -- nor this
3	\\. \.x \N

---- statement, line 12
COPY public.empty (id) FROM stdin
---- data

---- statement, line 15
SELECT pg_catalog.setval('public.page_id_seq', 3, true)
