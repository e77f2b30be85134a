/* databases.h - whole databases, for the commands that make, drop and fill them. */
#ifndef NEAP_COMMANDS_DATABASES_H
#define NEAP_COMMANDS_DATABASES_H

#include "cli/context.h"

struct database {
    const char *url;
    const struct db_driver *driver;
    struct db_settings settings;
    char *name; /* as people say it; NULL until asked for */
};
/* From the configuration; nothing is connected to. */
bool database_find(struct context *context, struct database *database, struct error *error);
bool database_name(struct database *database, struct error *error);
/* Creates it when it is missing, with the options --owner, --encoding and --template. */
bool database_create(struct context *context, struct database *database, bool *created,
                     struct error *error);
/* When neap.lua says protected = true: what must not be done there. */
bool database_unprotected(const struct context *context, const char *what, struct error *error);
void database_free(struct database *database);
/* "created app" or "app is there already", or one JSON object. */
void database_report(const struct context *context, const char *name, const char *key,
                     bool changed, const char *sentence);

#endif
