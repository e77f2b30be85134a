#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "commands/commands.h"

/* The words of $VISUAL or $EDITOR: "code --wait" is a program and an option. No shell: a file
 * name is never read as a command. */
static bool editor_words(struct list *words, struct error *error)
{
    const char *editor = getenv("VISUAL");
    editor = editor != NULL && editor[0] != '\0' ? editor : getenv("EDITOR");
    editor = editor != NULL && editor[0] != '\0' ? editor : "vi";
    while (*editor != '\0') {
        editor += strspn(editor, " \t");
        size_t length = strcspn(editor, " \t");
        if (length > 0) {
            list_add_bytes(words, editor, length);
        }
        editor += length;
    }
    return words->count > 0 ||
           error_set(error, ERROR_USAGE, "$VISUAL and $EDITOR name no program");
}

bool edit_files(struct context *context, const struct list *paths, struct error *error)
{
    struct list words = {0};
    if (!editor_words(&words, error) || !output_finish(error)) {
        list_free(&words);
        return false;
    }
    for (size_t i = 0; i < paths->count; i++) {
        /* A path that looks like an option is none. */
        list_give(&words, string_format("%s%s", paths->items[i][0] == '-' ? "./" : "",
                                        paths->items[i]));
    }
    engine_close(context->engine);
    context->engine = NULL;
    char **argv = mem_alloc((words.count + 1) * sizeof *argv);
    for (size_t i = 0; i < words.count; i++) {
        argv[i] = words.items[i];
    }
    (void)signal(SIGPIPE, SIG_DFL); /* ignored signals would stay ignored in the editor */
    execvp(argv[0], argv);
    error_set(error, ERROR_FAILED, "cannot run the editor %s: %s", argv[0], strerror(errno));
    error_advise(error, "Set $VISUAL or $EDITOR to your editor.");
    mem_free(argv);
    list_free(&words);
    return false;
}
