#include "base/scram.h"

#include <sha2.h>
#include <stdio.h>
#include <string.h>

enum {
    ITERATIONS = 4096,
    BLOCK = SHA256_BLOCK_LENGTH,
    DIGEST = SHA256_DIGEST_LENGTH,
    BASE64 = 64,
    PAD = 64
};

bool scram_is_plain(const char *password, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if ((unsigned char)password[i] >= 0x80) {
            return false;
        }
    }
    return true;
}

/* HMAC-SHA-256 with its two halves begun: PBKDF2 starts from them 4096 times. */
struct hmac {
    SHA2_CTX inner, outer;
};

static void hmac_begin(struct hmac *hmac, const uint8_t *key, size_t length)
{
    uint8_t block[BLOCK] = {0};
    if (length > BLOCK) {
        SHA256Init(&hmac->inner);
        SHA256Update(&hmac->inner, key, length);
        SHA256Final(block, &hmac->inner);
    } else {
        memcpy(block, key, length);
    }
    for (size_t i = 0; i < BLOCK; i++) {
        block[i] ^= 0x36;
    }
    SHA256Init(&hmac->inner);
    SHA256Update(&hmac->inner, block, BLOCK);
    for (size_t i = 0; i < BLOCK; i++) {
        block[i] ^= 0x36 ^ 0x5c;
    }
    SHA256Init(&hmac->outer);
    SHA256Update(&hmac->outer, block, BLOCK);
}

static void hmac_of(const struct hmac *begun, const void *bytes, size_t length,
                    uint8_t digest[DIGEST])
{
    struct hmac hmac = *begun;
    SHA256Update(&hmac.inner, bytes, length);
    SHA256Final(digest, &hmac.inner);
    SHA256Update(&hmac.outer, digest, DIGEST);
    SHA256Final(digest, &hmac.outer);
}

/* PBKDF2, one block. */
static void salted_password(const char *password, size_t length, const uint8_t salt[SCRAM_SALT],
                            uint8_t result[DIGEST])
{
    struct hmac hmac;
    uint8_t first[SCRAM_SALT + 4] = {0};
    uint8_t round[DIGEST];
    memcpy(first, salt, SCRAM_SALT);
    first[SCRAM_SALT + 3] = 1;
    hmac_begin(&hmac, (const uint8_t *)password, length);
    hmac_of(&hmac, first, sizeof first, round);
    memcpy(result, round, DIGEST);
    for (int i = 1; i < ITERATIONS; i++) {
        hmac_of(&hmac, round, DIGEST, round);
        for (size_t j = 0; j < DIGEST; j++) {
            result[j] ^= round[j];
        }
    }
}

static void base64(const uint8_t *bytes, size_t length, char text[BASE64])
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
    size_t at = 0;
    for (size_t i = 0; i < length; i += 3) {
        uint32_t group = (uint32_t)bytes[i] << 16;
        group |= i + 1 < length ? (uint32_t)bytes[i + 1] << 8 : 0;
        group |= i + 2 < length ? bytes[i + 2] : 0;
        text[at++] = digits[group >> 18];
        text[at++] = digits[group >> 12 & 63];
        text[at++] = digits[i + 1 < length ? group >> 6 & 63 : PAD];
        text[at++] = digits[i + 2 < length ? group & 63 : PAD];
    }
    text[at] = '\0';
}

void scram_verifier(const char *password, size_t length, const uint8_t salt[SCRAM_SALT],
                    char verifier[SCRAM_VERIFIER])
{
    struct hmac hmac;
    uint8_t salted[DIGEST];
    uint8_t key[DIGEST];
    uint8_t stored[DIGEST];
    char texts[3][BASE64];
    salted_password(password, length, salt, salted);
    hmac_begin(&hmac, salted, DIGEST);
    hmac_of(&hmac, "Client Key", strlen("Client Key"), key);
    SHA2_CTX context;
    SHA256Init(&context);
    SHA256Update(&context, key, DIGEST);
    SHA256Final(stored, &context);
    hmac_of(&hmac, "Server Key", strlen("Server Key"), key);
    base64(salt, SCRAM_SALT, texts[0]);
    base64(stored, DIGEST, texts[1]);
    base64(key, DIGEST, texts[2]);
    snprintf(verifier, SCRAM_VERIFIER, "SCRAM-SHA-256$%d:%s$%s:%s", ITERATIONS, texts[0],
             texts[1], texts[2]);
}
