/* project.c - writes the synthetic projects that the bench measures.
 *
 *   project tables DIR COUNT    COUNT revisions in a line, each a table of five columns and an
 *                               index; and the same as SQL for the baselines: pg.sql (strings
 * for pg_strings), sqlite.sql (transactions), sqlite-all.sql (one) project linear DIR COUNT
 * COUNT revisions in a line that change nothing but a counter project ladder DIR COUNT    COUNT
 * merges: two branches after each merge, merged by the next; 2^COUNT paths from base to head
 *   project alembic DIR COUNT   as tables, for Alembic (the database's URL comes from
 * BENCH_URL)
 *   project bulk DIR COUNT      one revision that inserts COUNT rows of five columns, and the
 *                               same rows as rows.tsv (COPY's text) and rows.csv
 *   project functions DIR COUNT two revisions that load sql/procs, COUNT files with a function
 *                               of 30 lines each; -x order=name, -x skip=no
 *
 * DIR must exist and be empty. The last revision's id is printed.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char *directory;

static void fail(const char *what)
{
    (void)fprintf(stderr, "project: %s: %s\n", what, strerror(errno));
    exit(1);
}

static FILE *create(const char *name)
{
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *file = fopen(path, "we");
    if (file == NULL) {
        fail(path);
    }
    return file;
}

static void finish(FILE *file)
{
    if (ferror(file) || fclose(file) != 0) {
        fail("write");
    }
}

static void make_directory(const char *name)
{
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/%s", directory, name);
    if (mkdir(path, 0777) != 0) {
        fail(path);
    }
}

struct id {
    char text[13];
};

/* Twelve hexadecimal digits that look like those of a real project: their order says nothing.
 * The mixing function is splitmix64's (Steele, Lea, Flood: Fast splittable pseudorandom number
 * generators, 2014). */
static struct id id_of(unsigned number)
{
    uint64_t bits = (number + 1) * UINT64_C(0x9e3779b97f4a7c15);
    bits = (bits ^ (bits >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    bits = (bits ^ (bits >> 27)) * UINT64_C(0x94d049bb133111eb);
    bits ^= bits >> 31;
    struct id id;
    (void)snprintf(id.text, sizeof id.text, "%012llx", (unsigned long long)(bits >> 16));
    return id;
}

/* Files are sorted by their names: a date that grows by a day per revision. */
static FILE *create_revision(unsigned number, const char *slug)
{
    char name[128];
    (void)snprintf(name, sizeof name, "migrations/%04u%02u%02u_%s_%s_%u.lua",
                   2000 + number / 336, 1 + number % 336 / 28, 1 + number % 28,
                   id_of(number).text, slug, number);
    return create(name);
}

static void write_head(FILE *file, unsigned number, const char *message)
{
    (void)fprintf(file, "--- %s %u.\n\nrevision = \"%s\"\n", message, number,
                  id_of(number).text);
}

static void write_settings(void)
{
    FILE *file = create("neap.lua");
    (void)fputs("return {\n  migrations = \"migrations\",\n}\n", file);
    finish(file);
    make_directory("migrations");
}

/* --- tables --- */

static void write_table_revision(unsigned number)
{
    FILE *file = create_revision(number, "create_table");
    write_head(file, number, "Create table");
    if (number > 0) {
        (void)fprintf(file, "down_revision = \"%s\"\n", id_of(number - 1).text);
    }
    (void)fprintf(file,
                  "\nfunction upgrade()\n"
                  "  op.create_table(\"item_%u\", {\n"
                  "    op.column(\"id\", \"integer\", { primary_key = true }),\n"
                  "    op.column(\"name\", \"text\", { nullable = false }),\n"
                  "    op.column(\"email\", \"varchar(255)\"),\n"
                  "    op.column(\"score\", \"integer\"),\n"
                  "    op.column(\"created\", \"timestamp\"),\n"
                  "  })\n"
                  "  op.create_index(\"item_%u_name\", \"item_%u\", { \"name\" })\n"
                  "end\n\n"
                  "function downgrade()\n"
                  "  op.drop_table(\"item_%u\")\n"
                  "end\n",
                  number, number, number, number);
    finish(file);
}

/* The version table has a row from the start, so that every revision is an UPDATE. */
static const char VERSION_TABLE[] =
    "CREATE TABLE neap_version (version_num text NOT NULL PRIMARY KEY);\n"
    "INSERT INTO neap_version VALUES ('');\n";

/* What neap sends on this database. */
static void write_table_sql(FILE *file, unsigned number, const char *timestamp)
{
    (void)fprintf(file,
                  "CREATE TABLE item_%u (\n"
                  "  id integer PRIMARY KEY,\n"
                  "  name text NOT NULL,\n"
                  "  email varchar(255),\n"
                  "  score integer,\n"
                  "  created %s\n"
                  ");\n"
                  "CREATE INDEX item_%u_name ON item_%u (name);\n"
                  "UPDATE neap_version SET version_num = '%s' WHERE version_num = '%s';\n",
                  number, timestamp, number, number, id_of(number).text,
                  number == 0 ? "" : id_of(number - 1).text);
}

/* One transaction per revision. */
static void write_transactions(const char *name, unsigned count, const char *timestamp)
{
    FILE *file = create(name);
    (void)fprintf(file, "-- revision none\nBEGIN;\n%sCOMMIT;\n", VERSION_TABLE);
    for (unsigned i = 0; i < count; i++) {
        (void)fprintf(file, "-- revision %s\nBEGIN;\n", id_of(i).text);
        write_table_sql(file, i, timestamp);
        (void)fputs("COMMIT;\n", file);
    }
    finish(file);
}

static void write_one_transaction(const char *name, unsigned count, const char *timestamp)
{
    FILE *file = create(name);
    (void)fprintf(file, "BEGIN;\n%s", VERSION_TABLE);
    for (unsigned i = 0; i < count; i++) {
        write_table_sql(file, i, timestamp);
    }
    (void)fputs("COMMIT;\n", file);
    finish(file);
}

static unsigned write_tables(unsigned count)
{
    write_settings();
    for (unsigned i = 0; i < count; i++) {
        write_table_revision(i);
    }
    write_transactions("pg.sql", count, "timestamp");
    write_transactions("sqlite.sql", count, "text");
    write_one_transaction("sqlite-all.sql", count, "text");
    return count - 1;
}

/* --- linear, ladder --- */

/* About as long as a small real revision: all of it is read to see whether it was edited. */
static void write_small_body(FILE *file, unsigned number)
{
    (void)fprintf(
        file,
        "\n-- Nothing to do in this revision but to count: what is measured is what the\n"
        "-- tool does with many files, not what the database does with many tables.\n"
        "function upgrade()\n"
        "  op.execute(\"UPDATE counter SET n = n + 1\")\n"
        "end\n\n"
        "-- The way back, for the sake of completeness, of revision %u.\n"
        "function downgrade()\n"
        "  op.execute(\"UPDATE counter SET n = n - 1\")\n"
        "end\n",
        number);
    finish(file);
}

static unsigned write_linear(unsigned count)
{
    write_settings();
    for (unsigned i = 0; i < count; i++) {
        FILE *file = create_revision(i, "count");
        write_head(file, i, "Count");
        if (i > 0) {
            (void)fprintf(file, "down_revision = \"%s\"\n", id_of(i - 1).text);
        }
        write_small_body(file, i);
    }
    return count - 1;
}

static void write_ladder_revision(unsigned number, const char *slug, const char *parents)
{
    FILE *file = create_revision(number, slug);
    write_head(file, number, slug);
    if (parents != NULL) {
        (void)fprintf(file, "down_revision = %s\n", parents);
    }
    write_small_body(file, number);
}

/* Rung r: 3r + 1 and 3r + 2 follow the merge 3r; 3r + 3 merges them. */
static unsigned write_ladder(unsigned count)
{
    write_settings();
    write_ladder_revision(0, "base", NULL);
    for (unsigned rung = 0; rung < count; rung++) {
        char parents[64];
        (void)snprintf(parents, sizeof parents, "\"%s\"", id_of(3 * rung).text);
        write_ladder_revision(3 * rung + 1, "left", parents);
        write_ladder_revision(3 * rung + 2, "right", parents);
        (void)snprintf(parents, sizeof parents, "{ \"%s\", \"%s\" }", id_of(3 * rung + 1).text,
                       id_of(3 * rung + 2).text);
        write_ladder_revision(3 * rung + 3, "merge", parents);
    }
    return 3 * count;
}

/* --- alembic --- */

static void write_alembic_settings(void)
{
    FILE *file = create("alembic.ini");
    (void)fputs("[alembic]\nscript_location = %(here)s\n", file);
    finish(file);
    file = create("env.py");
    (void)fputs("import os\n"
                "from alembic import context\n"
                "from sqlalchemy import create_engine\n\n"
                "with create_engine(os.environ[\"BENCH_URL\"]).connect() as connection:\n"
                "    context.configure(connection=connection, transaction_per_migration=True)\n"
                "    with context.begin_transaction():\n"
                "        context.run_migrations()\n",
                file);
    finish(file);
    make_directory("versions");
}

static void write_alembic_revision(unsigned number)
{
    char name[128];
    (void)snprintf(name, sizeof name, "versions/%s_create_table_%u.py", id_of(number).text,
                   number);
    FILE *file = create(name);
    (void)fprintf(file,
                  "\"\"\"Create table %u.\"\"\"\n"
                  "import sqlalchemy as sa\n"
                  "from alembic import op\n\n"
                  "revision = \"%s\"\n",
                  number, id_of(number).text);
    if (number > 0) {
        (void)fprintf(file, "down_revision = \"%s\"\n", id_of(number - 1).text);
    } else {
        (void)fputs("down_revision = None\n", file);
    }
    (void)fprintf(
        file,
        "\n\ndef upgrade():\n"
        "    op.create_table(\n"
        "        \"item_%u\",\n"
        "        sa.Column(\"id\", sa.Integer(), autoincrement=False, primary_key=True),\n"
        "        sa.Column(\"name\", sa.Text(), nullable=False),\n"
        "        sa.Column(\"email\", sa.String(255)),\n"
        "        sa.Column(\"score\", sa.Integer()),\n"
        "        sa.Column(\"created\", sa.DateTime()),\n"
        "    )\n"
        "    op.create_index(\"item_%u_name\", \"item_%u\", [\"name\"])\n"
        "\n\ndef downgrade():\n"
        "    op.drop_table(\"item_%u\")\n",
        number, number, number, number);
    finish(file);
}

static unsigned write_alembic(unsigned count)
{
    write_alembic_settings();
    for (unsigned i = 0; i < count; i++) {
        write_alembic_revision(i);
    }
    return count - 1;
}

/* --- bulk --- */

/* -x rows=same: one table for all rows; -x rows=values: none; -x rows=none: they are made, and
 * not sent. */
static const char bulk_revision[] =
    "\nlocal function fresh()\n"
    "  local i = 0\n"
    "  return function()\n"
    "    i = i + 1\n"
    "    if i <= %u then\n"
    "      return { id = i, name = \"item \" .. i, score = i %% 1000, price = i %% 10000 / 4, "
    "active = i %% 2 == 0 }\n"
    "    end\n"
    "  end\n"
    "end\n\n"
    "local function same()\n"
    "  local i, row = 0, {}\n"
    "  return function()\n"
    "    i = i + 1\n"
    "    if i <= %u then\n"
    "      row.id, row.name, row.score, row.price, row.active = i, \"item \" .. i, i %% 1000, "
    "i %% 10000 / 4, i %% 2 == 0\n"
    "      return row\n"
    "    end\n"
    "  end\n"
    "end\n\n"
    "local function values()\n"
    "  local i = 0\n"
    "  return function()\n"
    "    i = i + 1\n"
    "    if i <= %u then\n"
    "      return i, \"item \" .. i, i %% 1000, i %% 10000 / 4, i %% 2 == 0\n"
    "    end\n"
    "  end\n"
    "end\n\n"
    "function upgrade()\n"
    "  if neap.x.rows == \"none\" then\n"
    "    for _ in fresh() do\n"
    "    end\n"
    "  elseif neap.x.rows == \"values\" then\n"
    "    op.bulk_insert(\"item_bulk\", values(), "
    "{ columns = { \"id\", \"name\", \"score\", \"price\", \"active\" } })\n"
    "  else\n"
    "    op.bulk_insert(\"item_bulk\", neap.x.rows == \"same\" and same() or fresh())\n"
    "  end\n"
    "end\n";

static unsigned write_bulk(unsigned count)
{
    write_settings();
    FILE *file = create_revision(0, "insert");
    write_head(file, 0, "Insert rows");
    (void)fprintf(file, bulk_revision, count, count, count);
    finish(file);
    static const struct {
        const char *name;
        const char *format;
        const char *yes, *no;
    } files[] = {{"rows.tsv", "%u\titem %u\t%u\t%u%s\t%s\n", "t", "f"},
                 {"rows.csv", "%u,item %u,%u,%u%s,%s\n", "1", "0"}};
    static const char *const quarters[] = {"", ".25", ".5", ".75"};
    for (size_t which = 0; which < 2; which++) {
        file = create(files[which].name);
        for (unsigned i = 1; i <= count; i++) {
            (void)fprintf(file, files[which].format, i, i, i % 1000, i % 10000 / 4,
                          quarters[i % 10000 % 4],
                          i % 2 == 0 ? files[which].yes : files[which].no);
        }
        finish(file);
    }
    return 0;
}

/* --- functions --- */

/* Thirty lines, as such procedures are: declarations, a loop, static SQL, another function. */
static const char function_text[] =
    "-- Brings the totals of a product up to date; part %u.\n"
    "CREATE OR REPLACE FUNCTION update_part_%u(\n"
    "    update_day date, check_period interval DEFAULT interval '1 hour')\n"
    "RETURNS boolean\n"
    "LANGUAGE plpgsql\n"
    "AS $f$\n"
    "DECLARE\n"
    "    counted integer := 0;\n"
    "    one record;\n"
    "BEGIN\n"
    "    PERFORM 1 FROM product_day_%u WHERE report_date = update_day LIMIT 1;\n"
    "    IF FOUND THEN\n"
    "        RAISE NOTICE 'update_part_%u has already been run for %%.', update_day;\n"
    "        RETURN false;\n"
    "    END IF;\n"
    "    FOR one IN\n"
    "        SELECT product_version_id, os_name, count(*) AS reports\n"
    "        FROM reports_clean\n"
    "        WHERE utc_day_is(date_processed, update_day)\n"
    "        GROUP BY product_version_id, os_name\n"
    "    LOOP\n"
    "        INSERT INTO product_day_%u (product_version_id, os_name, report_count, "
    "report_date)\n"
    "        VALUES (one.product_version_id, one.os_name, one.reports, update_day);\n"
    "        counted := counted + 1;\n"
    "    END LOOP;\n"
    "    IF counted = 0 AND now() - update_day::timestamptz < check_period THEN\n"
    "        RAISE EXCEPTION 'no reports for %% yet', update_day;\n"
    "    END IF;\n"
    "    RETURN update_part_%u(update_day - 1, check_period);\n"
    "END $f$;\n";

static const char functions_revision[] = "\nfunction upgrade()\n"
                                         "  op.load_sql_dir(\"procs\", {\n"
                                         "    order = neap.x.order or \"dependency\",\n"
                                         "    skip_unchanged = neap.x.skip ~= \"no\",\n"
                                         "  })\n"
                                         "end\n";

static unsigned write_functions(unsigned count)
{
    write_settings();
    make_directory("sql");
    make_directory("sql/procs");
    for (unsigned i = 0; i < count; i++) {
        char name[64];
        (void)snprintf(name, sizeof name, "sql/procs/update_part_%04u.sql", i);
        FILE *file = create(name);
        (void)fprintf(file, function_text, i, i, i, i, i, (i * 7919 + 1) % count);
        finish(file);
    }
    for (unsigned i = 0; i < 2; i++) {
        FILE *file = create_revision(i, "load");
        write_head(file, i, "Load the procedures");
        if (i > 0) {
            (void)fprintf(file, "down_revision = \"%s\"\n", id_of(i - 1).text);
        }
        (void)fputs(functions_revision, file);
        finish(file);
    }
    return 0;
}

static const struct {
    const char *name;
    unsigned (*write)(unsigned count); /* the number of the last revision */
} shapes[] = {
    {"tables", write_tables},   {"linear", write_linear}, {"ladder", write_ladder},
    {"alembic", write_alembic}, {"bulk", write_bulk},     {"functions", write_functions},
};

int main(int argc, char **argv)
{
    unsigned count = argc == 4 ? (unsigned)strtoul(argv[3], NULL, 10) : 0;
    for (size_t i = 0; count > 0 && i < sizeof shapes / sizeof *shapes; i++) {
        if (strcmp(argv[1], shapes[i].name) == 0) {
            directory = argv[2];
            puts(id_of(shapes[i].write(count)).text);
            return 0;
        }
    }
    (void)fputs("usage: project tables|linear|ladder|alembic|bulk|functions DIR COUNT\n",
                stderr);
    return 2;
}
