CREATE TABLE "select" (
    "from" integer PRIMARY KEY,
    "Group" text,
    "a b" text,
    "q""q" text
);
CREATE INDEX "ix_select_Group" ON "select" ("Group");
