/* json.h - JSON of bytes that need not be UTF-8. */
#ifndef NEAP_BASE_JSON_H
#define NEAP_BASE_JSON_H

#include <jansson.h>
#include <stddef.h>

/* A JSON string: the bytes as they are, or escaped where they are no UTF-8. The caller's. */
json_t *json_bytes(const char *bytes, size_t length);

#endif
