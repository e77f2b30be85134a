DROP FUNCTION twice(integer);
DROP FUNCTION IF EXISTS public."Twice" CASCADE;
DROP ROUTINE IF EXISTS twice(numeric(10,2), public.mood);
