/* proxy - stands between a client and PostgreSQL on unix sockets, and cuts the line when asked.
 *
 *     proxy LISTEN TARGET before|after|stall PATTERN
 *
 * When PATTERN goes by from the client: before: both sides are closed and it is not forwarded;
 * after: it is forwarded, the server's answer is read and kept back, and both sides are closed;
 * stall: nothing is forwarded any more. Only the first connection that sends it is cut; later
 * ones pass. Runs until it is killed.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static struct sockaddr_un address_of(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        fprintf(stderr, "proxy: the path is too long: %s\n", path);
        exit(2);
    }
    strcpy(address.sun_path, path);
    return address;
}

static int connect_to(const char *path)
{
    struct sockaddr_un address = address_of(path);
    int target = socket(AF_UNIX, SOCK_STREAM, 0);
    if (target < 0 || connect(target, (struct sockaddr *)&address, sizeof address) != 0) {
        perror("proxy: connect");
        exit(1);
    }
    return target;
}

static void forward(int to, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t count = write(to, bytes, length);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            exit(0);
        }
        bytes += count;
        length -= (size_t)count;
    }
}

/* Returns true when it has cut. */
static bool serve(int client, const char *target_path, const char *mode, const char *pattern,
                  bool armed)
{
    static char buffer[1 << 20];
    int target = connect_to(target_path);
    for (;;) {
        struct pollfd ends[] = {{.fd = client, .events = POLLIN},
                                {.fd = target, .events = POLLIN}};
        if (poll(ends, 2, -1) < 0) {
            continue;
        }
        if (ends[0].revents != 0) {
            ssize_t count = read(client, buffer, sizeof buffer);
            if (count <= 0) {
                return false;
            }
            if (armed && memmem(buffer, (size_t)count, pattern, strlen(pattern)) != NULL) {
                if (strcmp(mode, "after") == 0) {
                    forward(target, buffer, (size_t)count);
                    count = read(target, buffer, sizeof buffer);
                    usleep(300000);
                }
                if (strcmp(mode, "stall") == 0) {
                    pause();
                }
                return true;
            }
            forward(target, buffer, (size_t)count);
        }
        if (ends[1].revents != 0) {
            ssize_t count = read(target, buffer, sizeof buffer);
            if (count <= 0) {
                return false;
            }
            forward(client, buffer, (size_t)count);
        }
    }
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        fprintf(stderr, "usage: proxy LISTEN TARGET before|after|stall PATTERN\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    struct sockaddr_un address = address_of(argv[1]);
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    unlink(argv[1]);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(listener, 16) != 0) {
        perror("proxy: listen");
        return 1;
    }
    /* The child that cuts writes a byte; from then on nobody is armed. */
    int cut[2];
    if (pipe(cut) != 0) {
        return 1;
    }
    bool armed = true;
    for (;;) {
        int client = accept(listener, NULL, NULL);
        struct pollfd told = {.fd = cut[0], .events = POLLIN};
        armed = armed && poll(&told, 1, 0) == 0;
        if (client < 0) {
            continue;
        }
        while (waitpid(-1, NULL, WNOHANG) > 0) {
        }
        if (fork() == 0) {
            close(listener);
            prctl(PR_SET_PDEATHSIG, SIGKILL); /* no half-dead line outlives the proxy */
            if (serve(client, argv[2], argv[3], argv[4], armed)) {
                ssize_t ignored = write(cut[1], "x", 1);
                (void)ignored;
            }
            _exit(0);
        }
        close(client);
    }
}
