#include "base/json.h"

#include "base/text.h"

json_t *json_bytes(const char *bytes, size_t length)
{
    if (utf8_valid(bytes, length, NULL)) {
        return json_stringn_nocheck(bytes, length);
    }
    struct text escaped = {0};
    text_add_escaped(&escaped, bytes, length, false);
    json_t *value = json_stringn_nocheck(text_string(&escaped), escaped.length);
    text_free(&escaped);
    return value;
}
