/* lua_revisions.c - "neap.revisions": headers, graphs, targets and plans, as specs see them.
 *
 * A failure is nil and a table { kind, message, at, advice }. C memory hangs on userdata, so
 * that a Lua error in the middle leaks nothing.
 */
#include <lauxlib.h>
#include <string.h>

#include "base/memory.h"
#include "host/modules.h"
#include "revisions/new_file.h"
#include "revisions/target.h"

#define GRAPH "neap.revisions.graph"
#define SCRATCH "neap.revisions.scratch"

/* Whatever a call needs in C, freed when the call's userdata is collected or closed. */
struct scratch {
    struct error error;
    struct list rows, items;
    struct revision *revisions;
    size_t revision_count;
    struct plan plan;
    struct row_change change;
    struct selection selection;
    struct new_revision new_revision;
    char *path, *id;
};

static int l_scratch_close(lua_State *L)
{
    struct scratch *scratch = luaL_checkudata(L, 1, SCRATCH);
    error_free(&scratch->error);
    list_free(&scratch->rows);
    list_free(&scratch->items);
    for (size_t i = 0; i < scratch->revision_count; i++) {
        revision_free(&scratch->revisions[i]);
    }
    mem_free(scratch->revisions);
    plan_free(&scratch->plan);
    row_change_free(&scratch->change);
    selection_free(&scratch->selection);
    list_free(&scratch->new_revision.down);
    list_free(&scratch->new_revision.labels);
    list_free(&scratch->new_revision.depends);
    mem_free(scratch->path);
    mem_free(scratch->id);
    *scratch = (struct scratch){0};
    return 0;
}

static struct scratch *scratch_new(lua_State *L)
{
    struct scratch *scratch = lua_newuserdatauv(L, sizeof *scratch, 0);
    *scratch = (struct scratch){0};
    luaL_setmetatable(L, SCRATCH);
    return scratch;
}

static int push_failure(lua_State *L, const struct error *error)
{
    static const char *const kinds[] = {
        [ERROR_NONE] = "none",         [ERROR_FAILED] = "failed",
        [ERROR_USAGE] = "usage",       [ERROR_PENDING] = "pending",
        [ERROR_LOCKED] = "locked",     [ERROR_UNREACHABLE] = "unreachable",
        [ERROR_MISMATCH] = "mismatch", [ERROR_INTERRUPTED] = "interrupted"};
    lua_pushnil(L);
    lua_createtable(L, 0, 4);
    lua_pushstring(L, kinds[error->kind]);
    lua_setfield(L, -2, "kind");
    lua_pushstring(L, text_string(&error->message));
    lua_setfield(L, -2, "message");
    if (error->at.length > 0) {
        lua_pushstring(L, text_string(&error->at));
        lua_setfield(L, -2, "at");
    }
    if (error->advice.length > 0) {
        lua_pushstring(L, text_string(&error->advice));
        lua_setfield(L, -2, "advice");
    }
    return 2;
}

/* The list of strings at index (absent: none) is appended to list. */
static void take_list(lua_State *L, int index, struct list *list)
{
    if (lua_isnoneornil(L, index)) {
        return;
    }
    if (lua_type(L, index) == LUA_TSTRING) {
        list_add(list, lua_tostring(L, index));
        return;
    }
    luaL_checktype(L, index, LUA_TTABLE);
    lua_Integer count = luaL_len(L, index);
    for (lua_Integer i = 1; i <= count; i++) {
        lua_geti(L, index, i);
        list_add(list, luaL_checkstring(L, -1));
        lua_pop(L, 1);
    }
}

static void take_field_list(lua_State *L, int index, const char *field, struct list *list)
{
    lua_getfield(L, index, field);
    take_list(L, lua_gettop(L), list);
    lua_pop(L, 1);
}

static void push_list(lua_State *L, const struct list *list)
{
    lua_createtable(L, (int)list->count, 0);
    for (size_t i = 0; i < list->count; i++) {
        lua_pushstring(L, list->items[i]);
        lua_seti(L, -2, (lua_Integer)i + 1);
    }
}

static void set_list(lua_State *L, const char *field, const struct list *list)
{
    push_list(L, list);
    lua_setfield(L, -2, field);
}

static void set_string(lua_State *L, const char *field, const char *value)
{
    lua_pushstring(L, value);
    lua_setfield(L, -2, field);
}

static void set_boolean(lua_State *L, const char *field, bool value)
{
    lua_pushboolean(L, value);
    lua_setfield(L, -2, field);
}

static void set_integer(lua_State *L, const char *field, int value)
{
    lua_pushinteger(L, value);
    lua_setfield(L, -2, field);
}

static void push_revision(lua_State *L, const struct revision *revision)
{
    lua_createtable(L, 0, 16);
    set_string(L, "id", revision->id);
    set_string(L, "path", revision->path);
    set_string(L, "message", revision->message);
    set_string(L, "created", revision->created);
    set_list(L, "down", &revision->down);
    set_list(L, "labels", &revision->labels);
    set_list(L, "depends", &revision->depends);
    set_boolean(L, "transaction", revision->transaction);
    set_boolean(L, "stepwise", revision->stepwise);
    set_boolean(L, "has_upgrade", revision->has_upgrade);
    set_boolean(L, "has_downgrade", revision->has_downgrade);
    set_integer(L, "id_line", revision->id_line);
    set_integer(L, "down_line", revision->down_line);
    set_integer(L, "labels_line", revision->labels_line);
    set_integer(L, "depends_line", revision->depends_line);
}

/* read(text, path) -> revision | nil, failure */
static int l_read(lua_State *L)
{
    size_t length;
    const char *text = luaL_checklstring(L, 1, &length);
    const char *path = luaL_optstring(L, 2, "x.lua");
    struct scratch *scratch = scratch_new(L);
    scratch->revisions = mem_alloc(sizeof *scratch->revisions);
    if (!revision_read(scratch->revisions, path, text, length, &scratch->error)) {
        return push_failure(L, &scratch->error);
    }
    scratch->revision_count = 1;
    push_revision(L, scratch->revisions);
    return 1;
}

static struct graph *graph_new(lua_State *L)
{
    struct graph *graph = lua_newuserdatauv(L, sizeof *graph, 0);
    *graph = (struct graph){0};
    luaL_setmetatable(L, GRAPH);
    return graph;
}

/* load(directories, pruned) -> graph | nil, failure */
static int l_load(lua_State *L)
{
    lua_settop(L, 2);
    struct scratch *scratch = scratch_new(L);
    take_list(L, 1, &scratch->items);
    take_list(L, 2, &scratch->rows);
    struct graph *graph = graph_new(L);
    if (!graph_load(graph, &scratch->items, &scratch->rows, &scratch->error)) {
        return push_failure(L, &scratch->error);
    }
    return 1;
}

/* The table at the top: { id =, down =, labels =, depends =, path =, downgrade = false }. */
static void take_revision(lua_State *L, struct scratch *scratch)
{
    int table = lua_gettop(L);
    struct revision *revision = &scratch->revisions[scratch->revision_count++];
    *revision = (struct revision){.transaction = true, .has_upgrade = true};
    lua_getfield(L, table, "id");
    revision->id = mem_copy_string(luaL_checkstring(L, -1));
    lua_getfield(L, table, "path");
    const char *path = lua_tostring(L, -1);
    revision->path =
        path == NULL ? string_format("%s.lua", revision->id) : mem_copy_string(path);
    revision->message = string_format("revision %s", revision->id);
    lua_getfield(L, table, "downgrade");
    revision->has_downgrade = lua_isnil(L, -1) || lua_toboolean(L, -1);
    take_field_list(L, table, "down", &revision->down);
    take_field_list(L, table, "labels", &revision->labels);
    take_field_list(L, table, "depends", &revision->depends);
    revision->id_line = 1;
    revision->down_line = revision->down.count > 0 ? 2 : 0;
    revision->labels_line = revision->labels.count > 0 ? 3 : 0;
    revision->depends_line = revision->depends.count > 0 ? 4 : 0;
    lua_settop(L, table);
}

/* link(revisions, pruned) -> graph | nil, failure */
static int l_link(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 2);
    struct scratch *scratch = scratch_new(L);
    take_list(L, 2, &scratch->rows);
    lua_Integer count = luaL_len(L, 1);
    scratch->revisions = mem_alloc((size_t)count * sizeof *scratch->revisions);
    for (lua_Integer i = 1; i <= count; i++) {
        lua_geti(L, 1, i);
        luaL_checktype(L, -1, LUA_TTABLE);
        take_revision(L, scratch);
        lua_pop(L, 1);
    }
    struct graph *graph = graph_new(L);
    struct revision *revisions = scratch->revisions;
    scratch->revisions = NULL;
    scratch->revision_count = 0;
    if (!graph_link(graph, revisions, (size_t)count, &scratch->rows, &scratch->error)) {
        return push_failure(L, &scratch->error);
    }
    return 1;
}

static struct graph *check_graph(lua_State *L)
{
    return luaL_checkudata(L, 1, GRAPH);
}

static int l_graph_close(lua_State *L)
{
    graph_free(check_graph(L));
    return 0;
}

static void push_ids(lua_State *L, const struct graph *graph, const size_t *indexes,
                     size_t count)
{
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        lua_pushstring(L, graph->revisions[indexes[i]].id);
        lua_seti(L, -2, (lua_Integer)i + 1);
    }
}

/* graph:list() -> revisions in file order */
static int l_list(lua_State *L)
{
    const struct graph *graph = check_graph(L);
    lua_createtable(L, (int)graph->count, 0);
    for (size_t i = 0; i < graph->count; i++) {
        push_revision(L, &graph->revisions[i]);
        lua_seti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/* graph:order() -> ids */
static int l_order(lua_State *L)
{
    const struct graph *graph = check_graph(L);
    push_ids(L, graph, graph->order, graph->count);
    return 1;
}

/* graph:heads(resolve_dependencies) -> ids */
static int l_heads(lua_State *L)
{
    const struct graph *graph = check_graph(L);
    lua_settop(L, 2);
    struct scratch *scratch = scratch_new(L);
    graph_heads(graph, &scratch->items, lua_toboolean(L, 2));
    push_list(L, &scratch->items);
    return 1;
}

/* graph:labels_of(id) -> labels */
static int l_labels_of(lua_State *L)
{
    const struct graph *graph = check_graph(L);
    const struct revision *revision = graph_find(graph, luaL_checkstring(L, 2));
    luaL_argcheck(L, revision != NULL, 2, "no such revision");
    struct scratch *scratch = scratch_new(L);
    graph_labels_of(graph, revision, &scratch->items);
    push_list(L, &scratch->items);
    return 1;
}

/* graph:is(what, id) -> boolean; what: "head", "effective_head", "branch_point", "pruned" */
static int l_is(lua_State *L)
{
    const struct graph *graph = check_graph(L);
    const char *what = luaL_checkstring(L, 2);
    const char *id = luaL_checkstring(L, 3);
    const struct revision *revision = graph_find(graph, id);
    if (strcmp(what, "pruned") == 0) {
        lua_pushboolean(L, graph_is_pruned(graph, id));
        return 1;
    }
    luaL_argcheck(L, revision != NULL, 3, "no such revision");
    lua_pushboolean(L, strcmp(what, "head") == 0 ? graph_is_head(graph, revision)
                       : strcmp(what, "effective_head") == 0
                           ? graph_is_effective_head(graph, revision)
                           : graph_is_branch_point(graph, revision));
    return 1;
}

/* rows at index; NULL when absent */
static const struct list *take_rows(lua_State *L, int index, struct scratch *scratch)
{
    if (lua_isnoneornil(L, index)) {
        return NULL;
    }
    take_list(L, index, &scratch->rows);
    return &scratch->rows;
}

typedef bool resolver(const struct graph *graph, const struct list *rows, const char *target,
                      struct selection *selection, struct error *error);

static int resolve_with(lua_State *L, resolver *resolve)
{
    const struct graph *graph = check_graph(L);
    const char *target = luaL_optstring(L, 2, NULL);
    lua_settop(L, 3);
    struct scratch *scratch = scratch_new(L);
    const struct list *rows = take_rows(L, 3, scratch);
    if (!resolve(graph, rows, target, &scratch->selection, &scratch->error)) {
        return push_failure(L, &scratch->error);
    }
    push_ids(L, graph, scratch->selection.indexes, scratch->selection.count);
    return 1;
}

/* graph:resolve(target, rows | nil) -> ids | nil, failure */
static int l_resolve(lua_State *L)
{
    luaL_checkstring(L, 2);
    return resolve_with(L, resolve_target);
}

/* graph:history(range | nil, rows | nil) -> ids | nil, failure */
static int l_history(lua_State *L)
{
    return resolve_with(L, resolve_history);
}

static void push_change(lua_State *L, const struct row_change *change)
{
    lua_createtable(L, 0, 5);
    set_list(L, "before", &change->before);
    set_list(L, "removed", &change->removed);
    set_list(L, "added", &change->added);
}

static void push_plan(lua_State *L, const struct plan *plan)
{
    static const char *const directions[] = {"upgrade", "downgrade", "stamp"};
    lua_createtable(L, (int)plan->count, 3);
    set_list(L, "start", &plan->start);
    set_list(L, "finish", &plan->end);
    set_string(L, "direction", directions[plan->direction]);
    for (size_t i = 0; i < plan->count; i++) {
        push_change(L, &plan->steps[i].rows);
        set_string(L, "id", plan->steps[i].revision->id);
        set_string(L, "direction", directions[plan->steps[i].direction]);
        lua_seti(L, -2, (lua_Integer)i + 1);
    }
}

typedef bool planner(const struct graph *graph, const struct list *rows, const char *target,
                     struct plan *plan, struct error *error);

static int plan_with(lua_State *L, planner *make)
{
    const struct graph *graph = check_graph(L);
    const char *target = luaL_checkstring(L, 3);
    struct scratch *scratch = scratch_new(L);
    take_list(L, 2, &scratch->rows);
    if (!make(graph, &scratch->rows, target, &scratch->plan, &scratch->error)) {
        return push_failure(L, &scratch->error);
    }
    push_plan(L, &scratch->plan);
    return 1;
}

/* graph:upgrade(rows, target) -> plan | nil, failure */
static int l_upgrade(lua_State *L)
{
    return plan_with(L, plan_upgrade);
}

/* graph:downgrade(rows, target) -> plan | nil, failure */
static int l_downgrade(lua_State *L)
{
    return plan_with(L, plan_downgrade);
}

/* graph:range("upgrade" | "downgrade", range) -> plan | nil, failure */
static int l_range(lua_State *L)
{
    const struct graph *graph = check_graph(L);
    bool up = strcmp(luaL_checkstring(L, 2), "upgrade") == 0;
    const char *range = luaL_checkstring(L, 3);
    struct scratch *scratch = scratch_new(L);
    if (!(up ? plan_upgrade_range : plan_downgrade_range)(graph, range, &scratch->plan,
                                                          &scratch->error)) {
        return push_failure(L, &scratch->error);
    }
    push_plan(L, &scratch->plan);
    return 1;
}

/* graph:stamp(rows | nil, targets, purge) -> change | nil, failure */
static int l_stamp(lua_State *L)
{
    const struct graph *graph = check_graph(L);
    lua_settop(L, 4);
    struct scratch *scratch = scratch_new(L);
    const struct list *rows = take_rows(L, 2, scratch);
    take_list(L, 3, &scratch->items);
    if (!plan_stamp(graph, rows, &scratch->items, lua_toboolean(L, 4), &scratch->change,
                    &scratch->error)) {
        return push_failure(L, &scratch->error);
    }
    push_change(L, &scratch->change);
    return 1;
}

/* graph:unknown(rows) -> rows */
static int l_unknown(lua_State *L)
{
    const struct graph *graph = check_graph(L);
    struct scratch *scratch = scratch_new(L);
    take_list(L, 2, &scratch->rows);
    graph_unknown_rows(graph, &scratch->rows, &scratch->items);
    push_list(L, &scratch->items);
    return 1;
}

/* graph:applied(rows) -> ids in file order */
static int l_applied(lua_State *L)
{
    const struct graph *graph = check_graph(L);
    struct scratch *scratch = scratch_new(L);
    take_list(L, 2, &scratch->rows);
    bool *applied = graph_applied(graph, &scratch->rows);
    for (size_t i = 0; i < graph->count; i++) {
        if (applied[i]) {
            list_add(&scratch->items, graph->revisions[i].id);
        }
    }
    mem_free(applied);
    push_list(L, &scratch->items);
    return 1;
}

static const char *string_field(lua_State *L, int index, const char *field,
                                const char *otherwise)
{
    /* The value stays on the stack, and so alive. */
    lua_getfield(L, index, field);
    return lua_isnil(L, -1) ? otherwise : luaL_checkstring(L, -1);
}

/* graph:write{ id =, message =, down =, labels =, depends =, directory =, file_template =,
 * timezone =, upgrade_body =, downgrade_body = } -> path, id | nil, failure */
static int l_write(lua_State *L)
{
    const struct graph *graph = check_graph(L);
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_settop(L, 2);
    struct scratch *scratch = scratch_new(L);
    struct new_revision *revision = &scratch->new_revision;
    take_field_list(L, 2, "down", &revision->down);
    take_field_list(L, 2, "labels", &revision->labels);
    take_field_list(L, 2, "depends", &revision->depends);
    revision->id = string_field(L, 2, "id", NULL);
    revision->message = string_field(L, 2, "message", "");
    revision->directory = string_field(L, 2, "directory", ".");
    revision->file_template = string_field(L, 2, "file_template", "{date}_{rev}_{slug}");
    revision->timezone = string_field(L, 2, "timezone", "UTC");
    revision->upgrade_body = string_field(L, 2, "upgrade_body", NULL);
    revision->downgrade_body = string_field(L, 2, "downgrade_body", NULL);
    if (!revision_write(graph, revision, &scratch->path, &scratch->id, &scratch->error)) {
        return push_failure(L, &scratch->error);
    }
    lua_pushstring(L, scratch->path);
    lua_pushstring(L, scratch->id);
    return 2;
}

/* slug(message) -> string */
static int l_slug(lua_State *L)
{
    const char *message = luaL_checkstring(L, 1);
    struct scratch *scratch = scratch_new(L);
    scratch->id = revision_slug(message);
    lua_pushstring(L, scratch->id);
    return 1;
}

/* needs_rows(target) -> boolean */
static int l_needs_rows(lua_State *L)
{
    lua_pushboolean(L, target_needs_rows(luaL_checkstring(L, 1)));
    return 1;
}

/* is_relative(target) -> boolean */
static int l_is_relative(lua_State *L)
{
    lua_pushboolean(L, target_is_relative(luaL_checkstring(L, 1)));
    return 1;
}

int luaopen_neap_revisions(lua_State *L)
{
    static const luaL_Reg scratch_methods[] = {
        {"__close", l_scratch_close}, {"__gc", l_scratch_close}, {NULL, NULL}};
    static const luaL_Reg graph_methods[] = {{"__close", l_graph_close},
                                             {"__gc", l_graph_close},
                                             {"list", l_list},
                                             {"order", l_order},
                                             {"heads", l_heads},
                                             {"labels_of", l_labels_of},
                                             {"is", l_is},
                                             {"resolve", l_resolve},
                                             {"history", l_history},
                                             {"upgrade", l_upgrade},
                                             {"downgrade", l_downgrade},
                                             {"range", l_range},
                                             {"stamp", l_stamp},
                                             {"unknown", l_unknown},
                                             {"applied", l_applied},
                                             {"write", l_write},
                                             {NULL, NULL}};
    static const luaL_Reg functions[] = {{"read", l_read},
                                         {"load", l_load},
                                         {"link", l_link},
                                         {"slug", l_slug},
                                         {"needs_rows", l_needs_rows},
                                         {"is_relative", l_is_relative},
                                         {NULL, NULL}};
    luaL_newmetatable(L, SCRATCH);
    luaL_setfuncs(L, scratch_methods, 0);
    luaL_newmetatable(L, GRAPH);
    luaL_setfuncs(L, graph_methods, 0);
    lua_pushvalue(L, -1);
    lua_setfield(L, -2, "__index");
    lua_pop(L, 2);
    luaL_newlib(L, functions);
    return 1;
}
