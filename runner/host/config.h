/* config.h - neap.lua as a plain C struct. Loaded by host/load_config.c; contract section 2.1.
 */
#ifndef NEAP_HOST_CONFIG_H
#define NEAP_HOST_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/list.h"
#include "db/db.h"

enum transaction_mode { TRANSACTION_REVISION, TRANSACTION_ALL, TRANSACTION_NONE };

struct config {
    char *path;      /* of neap.lua as found; NULL when there is none */
    char *directory; /* where neap.lua stands ("." when there is none): paths below are joined
                        with it, so relative to the cwd */
    char *url;       /* the effective one (precedence of 2.1), or NULL */
    char *dialect;   /* "postgresql" | "sqlite": --dialect, neap.lua, else from url; NULL when
                        nothing says */
    struct list migrations; /* directories, joined with directory */
    struct list helpers;
    char *sql;
    struct list model;
    struct list schemas;
    struct list ignore; /* names, or Lua patterns of names, that are not compared */
    bool include_partitions;
    char *version_table;        /* "neap_version" */
    char *version_table_schema; /* or NULL */
    char *history_table;        /* "neap_history"; NULL: none */
    struct list pruned;
    enum transaction_mode transaction;
    int64_t lock_timeout_ms;      /* 5000; 0: none */
    long lock_retries;            /* 10 */
    int64_t statement_timeout_ms; /* 0: none */
    struct list setting_names;    /* settings = {...}, in name order */
    struct list setting_values;
    struct list naming_names; /* naming = {...}: "ix", "uq", "ck", "fk", "pk" */
    struct list naming_values;
    char *file_template;
    char *timezone;
    char *role;
    char *permissions; /* the policy, checked, as a Lua chunk that returns it; NULL: none */
    char *environment; /* the chosen entry of environments, or NULL */
    struct list repeatable; /* directories below sql, joined with directory as it is */
    int repeatable_line;    /* of the key, in neap.lua */
    char *setup;            /* checked by lua/setup.lua, as JSON; NULL: none */
    struct list setup_load; /* its directories, as those of repeatable */
    int setup_line;
    bool protected; /* `neap drop` and what is like it refuse */
    enum compile_gate {
        GATE_ERROR,
        GATE_WARN,
        GATE_OFF
    } compile_gate;   /* lua/finish/gate.lua */
    bool fingerprint; /* the state that a run leaves is kept with its history row */
    bool unsafe;
    struct list x_names, x_values; /* -x KEY=VALUE */
};

void config_free(struct config *config);
/* The driver of its URL; NULL, with the way out, when there is no URL or no driver for it. */
const struct db_driver *config_driver(const struct config *config, struct error *error);

#endif
