ALTER SEQUENCE public.ids RENAME TO numbers;
