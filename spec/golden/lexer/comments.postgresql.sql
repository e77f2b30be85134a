/* one /* two; */ three; */ SELECT 1 /* ; */ + /**/ 2 -- ;
; -- nothing; here
/* nor; here */ ;
SELECT 2 */* ; */ 3, 4 --;
- 5
==== expected
---- statement, line 1
SELECT 1 /* ; */ + /**/ 2
---- statement, line 4
SELECT 2 */* ; */ 3, 4 --;
- 5
