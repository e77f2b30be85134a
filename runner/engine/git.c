/* The commit of the project's checkout, from git's own files: no program is run.
 * Source: git's gitrepository-layout(5). */
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "engine/internal.h"

static char *read_line(const char *directory, const char *name)
{
    char *path = path_join(directory, name);
    struct text text = {0};
    struct error ignored = {0};
    char *line = NULL;
    if (file_read(path, &text, &ignored)) {
        line = mem_copy(text.data, strcspn(text.data, "\r\n"));
    }
    error_free(&ignored);
    text_free(&text);
    mem_free(path);
    return line;
}

/* The nearest .git upwards: a directory, or a file "gitdir: PATH" (worktrees, submodules). */
static char *find_git_directory(const char *start)
{
    char *directory = path_real(start);
    char *found = NULL;
    while (directory != NULL && found == NULL) {
        char *git = path_join(directory, ".git");
        if (directory_exists(git)) {
            found = git;
            break;
        }
        char *line = file_exists(git) ? read_line(directory, ".git") : NULL;
        if (line != NULL && string_starts_with(line, "gitdir: ")) {
            found = path_join(directory, line + strlen("gitdir: "));
        }
        mem_free(line);
        mem_free(git);
        char *parent = path_directory(directory);
        if (strcmp(parent, directory) == 0) {
            mem_free(directory);
            directory = parent;
            break;
        }
        mem_free(directory);
        directory = parent;
    }
    mem_free(directory);
    return found;
}

static char *packed_reference(const char *git, const char *name)
{
    char *path = path_join(git, "packed-refs");
    struct text text = {0};
    struct error ignored = {0};
    char *commit = NULL;
    if (file_read(path, &text, &ignored)) {
        for (char *line = strtok(text.data, "\n"); line != NULL; line = strtok(NULL, "\n")) {
            if (strlen(line) > 41 && strcmp(line + 41, name) == 0) {
                commit = mem_copy(line, 40);
                break;
            }
        }
    }
    error_free(&ignored);
    text_free(&text);
    mem_free(path);
    return commit;
}

/* References of a worktree stand in the repository that it shares. */
static char *resolve_reference(const char *git, const char *name)
{
    char *commit = read_line(git, name);
    if (commit == NULL) {
        commit = packed_reference(git, name);
    }
    char *common = commit == NULL ? read_line(git, "commondir") : NULL;
    if (common != NULL) {
        char *shared = path_join(git, common);
        commit = read_line(shared, name);
        if (commit == NULL) {
            commit = packed_reference(shared, name);
        }
        mem_free(shared);
        mem_free(common);
    }
    return commit;
}

char *git_commit_of(const char *directory)
{
    char *git = find_git_directory(directory);
    if (git == NULL) {
        return NULL;
    }
    char *commit = read_line(git, "HEAD");
    if (commit != NULL && string_starts_with(commit, "ref: ")) {
        char *resolved = resolve_reference(git, commit + strlen("ref: "));
        mem_free(commit);
        commit = resolved;
    }
    if (commit != NULL && strspn(commit, "0123456789abcdef") < 40) {
        mem_free(commit);
        commit = NULL;
    }
    mem_free(git);
    return commit;
}
