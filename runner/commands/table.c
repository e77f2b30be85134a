/* The commands, in the order of help. A new command is a file and a line here. */
#include "commands/commands.h"

/* clang-format off */
const struct command_entry *const command_table[] = {
    &command_init,
    &command_revision,
    &command_upgrade,
    &command_downgrade,
    &command_stamp,
    &command_current,
    &command_history,
    &command_heads,
    &command_branches,
    &command_show,
    &command_edit,
    &command_merge,
    &command_status,
    &command_verify,
    &command_log,
    &command_blame,
    &command_journal,
    &command_ensure_version,
    &command_create,
    &command_drop,
    &command_wait,
    &command_freeze,
    &command_load,
    &command_setup,
    &command_dump,
    &command_permissions,
    &command_help,
    &command_check,
    &command_man,
    &command_reference,
    &command_lua,
    NULL,
};
/* clang-format on */
