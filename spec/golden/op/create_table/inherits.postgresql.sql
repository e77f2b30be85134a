CREATE TABLE child (
    extra text
) INHERITS (public.parent);
