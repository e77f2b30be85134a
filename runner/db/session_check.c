/* What must hold when the transaction commits. */
#include "base/list.h"
#include "base/memory.h"
#include "db/session_parts.h"

void session_forget_checks(struct session *session, size_t from)
{
    while (session->check_count > from) {
        struct later_check *check = &session->checks[--session->check_count];
        mem_free(check->query);
        mem_free(check->cleanup);
        mem_free(check->at);
        mem_free(check->via);
    }
}

void session_add_check(struct session *session, const char *query, const char *cleanup,
                       struct db_source source)
{
    session->checks = mem_grow(session->checks, session->check_count, &session->check_capacity,
                               sizeof *session->checks);
    session->checks[session->check_count++] = (struct later_check){
        mem_copy_string(query), cleanup == NULL ? NULL : mem_copy_string(cleanup),
        source.at == NULL ? NULL : mem_copy_string(source.at),
        source.via == NULL ? NULL : mem_copy_string(source.via)};
}

static bool collect_violation(void *data, const struct db_row *row)
{
    struct list *found = data;
    if (row->values[0].kind == DB_TEXT) {
        list_add(found, row->values[0].text);
    }
    return found->count < 5;
}

static bool run_check(struct session *session, const struct later_check *check,
                      struct error *error)
{
    const struct db_source source = {.at = check->at, .via = check->via};
    struct db_statement statement = {.sql = check->query, .source = source};
    struct list found = {0};
    bool done = session_send(session, &statement, collect_violation, &found, NULL, error);
    if (done && found.count > 0) {
        done =
            error_set(error, ERROR_FAILED,
                      "the rebuild leaves a foreign key without its row: %s", found.items[0]);
        session_set_source(error, source);
        for (size_t i = 1; i < found.count; i++) {
            text_format(&error->detail, "%s%s", i > 1 ? "\n" : "", found.items[i]);
        }
        error_advise(error, "Delete or correct these rows before the rebuild.");
    }
    list_free(&found);
    return done && (check->cleanup == NULL || session_sql(session, check->cleanup, error));
}

bool session_run_checks(struct session *session, struct error *error)
{
    for (size_t i = 0; i < session->check_count; i++) {
        if (!run_check(session, &session->checks[i], error)) {
            return false;
        }
    }
    session_forget_checks(session, 0);
    return true;
}
