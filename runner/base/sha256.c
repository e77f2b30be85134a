#include "base/sha256.h"

#include <sha2.h>
#include <stdint.h>
#include <string.h>

#include "base/memory.h"

static void to_hex(SHA2_CTX *context, char hex[SHA256_HEX])
{
    static const char digits[] = "0123456789abcdef";
    uint8_t digest[SHA256_DIGEST_LENGTH];
    SHA256Final(digest, context);
    for (size_t i = 0; i < sizeof digest; i++) {
        hex[2 * i] = digits[digest[i] >> 4];
        hex[2 * i + 1] = digits[digest[i] & 15];
    }
    hex[SHA256_HEX - 1] = '\0';
}

void sha256_hex(const void *bytes, size_t length, char hex[SHA256_HEX])
{
    SHA2_CTX context;
    SHA256Init(&context);
    SHA256Update(&context, bytes, length);
    to_hex(&context, hex);
}

void sha256_text_hex(const char *text, size_t length, char hex[SHA256_HEX])
{
    SHA2_CTX context;
    SHA256Init(&context);
    if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        text += 3;
        length -= 3;
    }
    while (length > 0) {
        const char *cr = memchr(text, '\r', length);
        size_t run = cr == NULL ? length : (size_t)(cr - text);
        SHA256Update(&context, (const uint8_t *)text, run);
        text += run;
        length -= run;
        if (length > 0) {
            SHA256Update(&context, (const uint8_t *)"\n", 1);
            size_t skip = length > 1 && text[1] == '\n' ? 2 : 1;
            text += skip;
            length -= skip;
        }
    }
    to_hex(&context, hex);
}
