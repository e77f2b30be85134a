/* lua_hash.c - module neap.hash: content hashes. */
#include <lauxlib.h>

#include "base/sha256.h"
#include "host/modules.h"

/* sha256(bytes) -> 64 lower-case hexadecimal digits */
static int l_sha256(lua_State *L)
{
    size_t length = 0;
    const char *bytes = luaL_checklstring(L, 1, &length);
    char hex[SHA256_HEX];
    sha256_hex(bytes, length, hex);
    lua_pushstring(L, hex);
    return 1;
}

int luaopen_neap_hash(lua_State *L)
{
    static const luaL_Reg functions[] = {{"sha256", l_sha256}, {NULL, NULL}};
    luaL_newlib(L, functions);
    return 1;
}
