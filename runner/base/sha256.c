#include "base/sha256.h"

#include <dlfcn.h>
#include <sha2.h>
#include <stdint.h>
#include <string.h>

#include "base/memory.h"

/* Room for either library's state; OpenSSL's has 112 bytes. */
union state {
    SHA2_CTX ours;
    uint64_t theirs[32];
};

static int our_init(void *state)
{
    SHA256Init(state);
    return 1;
}

static int our_update(void *state, const void *bytes, size_t length)
{
    SHA256Update(state, bytes, length);
    return 1;
}

static int our_final(unsigned char *digest, void *state)
{
    SHA256Final(digest, state);
    return 1;
}

/* As OpenSSL declares them; what they return is always 1. */
static struct {
    int (*init)(void *state);
    int (*update)(void *state, const void *bytes, size_t length);
    int (*final)(unsigned char *digest, void *state);
} sha256 = {our_init, our_update, our_final};

void sha256_use_library(void *library)
{
    void *init = dlsym(library, "SHA256_Init");
    void *update = dlsym(library, "SHA256_Update");
    void *final = dlsym(library, "SHA256_Final");
    if (init != NULL && update != NULL && final != NULL) {
        /* As in libpq_load.c: ISO C has no such conversion, POSIX promises the bytes. */
        memcpy(&sha256.init, &init, sizeof init);
        memcpy(&sha256.update, &update, sizeof update);
        memcpy(&sha256.final, &final, sizeof final);
    }
}

static void to_hex(union state *state, char hex[SHA256_HEX])
{
    static const char digits[] = "0123456789abcdef";
    uint8_t digest[SHA256_DIGEST_LENGTH];
    sha256.final(digest, state);
    for (size_t i = 0; i < sizeof digest; i++) {
        hex[2 * i] = digits[digest[i] >> 4];
        hex[2 * i + 1] = digits[digest[i] & 15];
    }
    hex[SHA256_HEX - 1] = '\0';
}

void sha256_hex(const void *bytes, size_t length, char hex[SHA256_HEX])
{
    union state state;
    sha256.init(&state);
    sha256.update(&state, bytes, length);
    to_hex(&state, hex);
}

void sha256_text_hex(const char *text, size_t length, char hex[SHA256_HEX])
{
    union state state;
    sha256.init(&state);
    if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        text += 3;
        length -= 3;
    }
    while (length > 0) {
        const char *cr = memchr(text, '\r', length);
        size_t run = cr == NULL ? length : (size_t)(cr - text);
        sha256.update(&state, text, run);
        text += run;
        length -= run;
        if (length > 0) {
            sha256.update(&state, "\n", 1);
            size_t skip = length > 1 && text[1] == '\n' ? 2 : 1;
            text += skip;
            length -= skip;
        }
    }
    to_hex(&state, hex);
}
