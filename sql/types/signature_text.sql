-- What identifies a crash: the interesting frames of its stack.
CREATE DOMAIN signature_text AS text
    CONSTRAINT signature_length CHECK (length(VALUE) BETWEEN 1 AND 255);
