CREATE TABLE "Order" (
    "select" integer PRIMARY KEY,
    "odd ""name""" text DEFAULT 'it''s',
    "a.b" text DEFAULT E'back\\slash',
    "größe" integer CHECK ("größe" > 0),
    CONSTRAINT "Unique One" UNIQUE ("odd ""name""")
);
CREATE INDEX "My Index" ON "Order" ("a.b");
