/* modules.h - our C modules for Lua, by the name that require knows. */
#ifndef NEAP_HOST_MODULES_H
#define NEAP_HOST_MODULES_H

#include <lua.h>

int luaopen_neap_sql(lua_State *L); /* "neap.sql": quoting, lexer */
void sql_objects_open(
    lua_State *L); /* adds lua_objects.c to the neap.sql on top of the stack */
int luaopen_neap_hash(lua_State *L); /* "neap.hash": sha256 */
int luaopen_neap_same(lua_State *L); /* "neap.same": deep equality; a function */
int luaopen_neap_revisions(
    lua_State *L);                   /* "neap.revisions": headers, graph, targets (specs) */
int luaopen_neap_db(lua_State *L);   /* "neap.db": drivers and sessions (specs) */
int luaopen_neap_host(lua_State *L); /* "neap.host": this folder, seen from specs */

/* The function that opens the module, or NULL. With for_specs false only the modules that our
 * embedded Lua needs are found. */
lua_CFunction module_opener(const char *name, int for_specs);

#endif
