#include "base/memory.h"
#include "commands/commands.h"

static void print_json(const struct context *context, const struct engine_state *state,
                       const struct error *lock, bool known)
{
    json_t *object = json_object();
    json_object_set_new(object, "fingerprint", json_text(state->hash));
    json_object_set_new(object, "recorded",
                        json_text(state->recorded[0] == '\0' ? NULL : state->recorded));
    json_object_set_new(object, "differences", json_text_list(&state->differences));
    json_object_set_new(object, "lock",
                        json_text(!known                     ? NULL
                                  : lock->kind == ERROR_NONE ? "same"
                                                             : "other"));
    json_object_set_new(object, "status", json_integer(context->status));
    output_json(object);
}

static void print_text(const struct engine_state *state, const struct error *lock, bool known)
{
    if (state->recorded[0] == '\0') {
        output_line("The last run left no fingerprint (fingerprint = true in neap.lua); the "
                    "state is %.12s.",
                    state->hash);
    } else if (state->differences.count == 0) {
        output_line("The database is what the last run left: %.12s.", state->hash);
    } else {
        output_line("The database is not what the last run left:");
        for (size_t i = 0; i < state->differences.count; i++) {
            output_line("  %s", state->differences.items[i]);
        }
    }
    if (lock->kind != ERROR_NONE) {
        output_line("And %s.", text_string(&lock->message));
    } else if (known) {
        output_line("schema.lock says the same.");
    }
}

static bool verify(struct context *context, struct engine *engine,
                   const struct engine_state *state, struct error *error)
{
    struct error lock = {0};
    bool known = false;
    bool same = engine_check_lock(engine, state->hash, &known, &lock);
    if (!same && lock.kind != ERROR_MISMATCH) {
        error_move(error, &lock);
        return false;
    }
    context->status = state->differences.count > 0 || !same ? STATUS_MISMATCH : STATUS_DONE;
    if (context->output.json) {
        print_json(context, state, &lock, known);
    } else {
        print_text(state, &lock, known);
    }
    error_free(&lock);
    return true;
}

static bool write_lock(struct engine *engine, const struct engine_state *state,
                       struct error *error)
{
    char *path = NULL;
    bool done = engine_write_lock(engine, state->hash, &path, error);
    if (done) {
        output_line("%s", path);
    }
    mem_free(path);
    return done;
}

static bool run(struct context *context, struct error *error)
{
    struct engine_state state = {0};
    struct engine *engine = context_engine(context, true, error);
    bool done = engine != NULL && engine_state(engine, false, &state, error) &&
                (option_flag(context, "write") ? write_lock(engine, &state, error)
                                               : verify(context, engine, &state, error));
    engine_state_free(&state);
    return done;
}

static const struct option_entry options[] = {
    {"write", 0, OPTION_FLAG, NULL, NULL, "write the state to migrations/schema.lock"},
    {0},
};

const struct command_entry command_verify = {
    .name = "verify",
    .arguments = "",
    .summary = "Tell whether the schema is still what the last run left.",
    .description =
        "With `fingerprint = true` in neap.lua a run that does something ends by keeping a "
        "hash "
        "of every object, in the history. verify compares the database with it, and with "
        "migrations/schema.lock where that file has a line for the database's revisions. "
        "Owners "
        "and grants are left out, partitions and what neap.lua ignores too. Exit status: 0 the "
        "same, 6 not the same. `upgrade --fingerprint` starts from and ends in the states of "
        "schema.lock, or refuses.",
    .example = "neap verify\nneap verify --write",
    .options = options,
    .run = run,
};
