/* delay.c - a proxy between Unix sockets that holds back every byte, as a long line does.
 *
 *   delay LISTEN SERVER MS REPORT
 *
 * Accepts connections on the socket LISTEN, connects each to the socket SERVER, and hands on
 * what it reads MS milliseconds later, in each direction: a round trip costs 2 * MS. Nothing is
 * limited but time: as on a real line, many bytes can be under way at once. Ends on SIGTERM.
 *
 * When a connection ends a line goes to REPORT: how often the direction changed from "server
 * spoke" to "client speaks". That is at least the number of round trips waited for: a client
 * that goes on sending while answers come in (a pipeline) is counted too.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { MAX_CONNECTIONS = 64, CHUNK = 65536 };

/* What was read at once, and when it may go on. No bytes: the end of the stream. */
struct chunk {
    struct chunk *next;
    long long due_ns;
    size_t length;
    size_t written;
    char bytes[];
};

struct direction {
    int from;
    int to;
    struct chunk *first;
    struct chunk **last;
    bool read_all; /* the end was read */
    bool sent_all; /* and handed on */
};

struct connection {
    bool open;
    bool server_spoke_last;
    long turns;
    long long bytes;
    struct direction up;   /* client to server */
    struct direction down; /* server to client */
};

static struct connection connections[MAX_CONNECTIONS];
static long long delay_ns;
static FILE *report;
static volatile sig_atomic_t stopping;

static void on_signal(int number)
{
    (void)number;
    stopping = 1;
}

static long long now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void fail(const char *what)
{
    (void)fprintf(stderr, "delay: %s: %s\n", what, strerror(errno));
    exit(1);
}

static struct sockaddr_un address_of(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        (void)fprintf(stderr, "delay: the path is too long: %s\n", path);
        exit(2);
    }
    memcpy(address.sun_path, path, strlen(path) + 1);
    return address;
}

static int listen_at(const char *path)
{
    struct sockaddr_un address = address_of(path);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(listener, 16) != 0) {
        fail(path);
    }
    return listener;
}

static int connect_to(const char *path)
{
    struct sockaddr_un address = address_of(path);
    int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (server < 0 || connect(server, (struct sockaddr *)&address, sizeof address) != 0) {
        fail(path);
    }
    if (fcntl(server, F_SETFL, O_NONBLOCK) != 0) {
        fail(path);
    }
    return server;
}

static void direction_start(struct direction *direction, int from, int to)
{
    *direction = (struct direction){.from = from, .to = to};
    direction->last = &direction->first;
}

static void connection_open(int client, const char *server_path)
{
    for (size_t i = 0; i < MAX_CONNECTIONS; i++) {
        struct connection *connection = &connections[i];
        if (!connection->open) {
            int server = connect_to(server_path);
            *connection = (struct connection){.open = true, .server_spoke_last = true};
            direction_start(&connection->up, client, server);
            direction_start(&connection->down, server, client);
            return;
        }
    }
    (void)fputs("delay: too many connections\n", stderr);
    close(client);
}

static void direction_free(struct direction *direction)
{
    while (direction->first != NULL) {
        struct chunk *next = direction->first->next;
        free(direction->first);
        direction->first = next;
    }
}

static void connection_close(struct connection *connection)
{
    (void)fprintf(report, "turns %ld bytes %lld\n", connection->turns, connection->bytes);
    (void)fflush(report);
    close(connection->up.from);
    close(connection->up.to);
    direction_free(&connection->up);
    direction_free(&connection->down);
    connection->open = false;
}

/* Counts a turn when the client speaks after the server has. */
static void count_turn(struct connection *connection, const struct direction *direction)
{
    bool client_speaks = direction == &connection->up;
    if (client_speaks && connection->server_spoke_last) {
        connection->turns++;
    }
    connection->server_spoke_last = !client_speaks;
}

static void read_chunk(struct connection *connection, struct direction *direction)
{
    static char buffer[CHUNK];
    ssize_t got = read(direction->from, buffer, sizeof buffer);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
        return;
    }
    size_t length = got > 0 ? (size_t)got : 0; /* an error ends the stream too */
    struct chunk *chunk = malloc(sizeof *chunk + length);
    if (chunk == NULL) {
        fail("memory");
    }
    *chunk = (struct chunk){.due_ns = now_ns() + delay_ns, .length = length};
    memcpy(chunk->bytes, buffer, length);
    *direction->last = chunk;
    direction->last = &chunk->next;
    if (length == 0) {
        direction->read_all = true;
        return;
    }
    connection->bytes += got;
    count_turn(connection, direction);
}

/* Hands on what is due. */
static void write_chunks(struct direction *direction, long long now)
{
    struct chunk *chunk = direction->first;
    while (chunk != NULL && chunk->due_ns <= now) {
        if (chunk->length == 0) {
            shutdown(direction->to, SHUT_WR);
            direction->sent_all = true;
        } else {
            ssize_t put = write(direction->to, chunk->bytes + chunk->written,
                                chunk->length - chunk->written);
            if (put < 0 && (errno == EAGAIN || errno == EINTR)) {
                return;
            }
            chunk->written = put < 0 ? chunk->length : chunk->written + (size_t)put;
            if (chunk->written < chunk->length) {
                return;
            }
        }
        direction->first = chunk->next;
        if (direction->first == NULL) {
            direction->last = &direction->first;
        }
        free(chunk);
        chunk = direction->first;
    }
}

/* The sooner of due (-1: never) and the direction's next chunk. */
static long long next_due(long long due, const struct direction *direction)
{
    if (direction->first != NULL && (due < 0 || direction->first->due_ns < due)) {
        return direction->first->due_ns;
    }
    return due;
}

/* A full socket is tried again after this long: simpler than polling for writing, and only
 * large data meets it. */
static const long long RETRY_NS = 10000;

static void wait_for_something(struct pollfd *set, nfds_t count, long long due)
{
    struct timespec timeout = {0};
    if (due >= 0) {
        long long left = due - now_ns();
        if (left <= 0) {
            left = RETRY_NS;
        }
        timeout.tv_sec = left / 1000000000;
        timeout.tv_nsec = (long)(left % 1000000000);
    }
    if (ppoll(set, count, due >= 0 ? &timeout : NULL, NULL) < 0 && errno != EINTR) {
        fail("poll");
    }
}

/* What a poll looks at: the listener first, then every side that may still speak. */
struct poll_set {
    nfds_t count;
    struct pollfd files[1 + 2 * MAX_CONNECTIONS];
    struct direction *directions[1 + 2 * MAX_CONNECTIONS];
    struct connection *owners[1 + 2 * MAX_CONNECTIONS];
};

static void poll_set_add(struct poll_set *set, struct connection *owner,
                         struct direction *direction)
{
    if (!direction->read_all) {
        set->files[set->count] = (struct pollfd){.fd = direction->from, .events = POLLIN};
        set->owners[set->count] = owner;
        set->directions[set->count++] = direction;
    }
}

/* Returns when the next chunk is due; -1: there is none. */
static long long poll_set_fill(struct poll_set *set, int listener)
{
    long long due = -1;
    set->files[0] = (struct pollfd){.fd = listener, .events = POLLIN};
    set->count = 1;
    for (size_t i = 0; i < MAX_CONNECTIONS; i++) {
        struct connection *connection = &connections[i];
        if (connection->open) {
            due = next_due(next_due(due, &connection->up), &connection->down);
            poll_set_add(set, connection, &connection->up);
            poll_set_add(set, connection, &connection->down);
        }
    }
    return due;
}

static void write_all_due(void)
{
    long long now = now_ns();
    for (size_t i = 0; i < MAX_CONNECTIONS; i++) {
        struct connection *connection = &connections[i];
        if (connection->open) {
            write_chunks(&connection->up, now);
            write_chunks(&connection->down, now);
            if (connection->up.sent_all && connection->down.sent_all) {
                connection_close(connection);
            }
        }
    }
}

static void serve(int listener, const char *server_path)
{
    static struct poll_set set;
    while (!stopping) {
        long long due = poll_set_fill(&set, listener);
        wait_for_something(set.files, set.count, due);
        for (nfds_t i = 1; i < set.count; i++) {
            if (set.files[i].revents != 0) {
                read_chunk(set.owners[i], set.directions[i]);
            }
        }
        write_all_due();
        if ((set.files[0].revents & POLLIN) != 0) {
            int client = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (client >= 0) {
                connection_open(client, server_path);
            }
        }
    }
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        (void)fputs("usage: delay LISTEN SERVER MS REPORT\n", stderr);
        return 2;
    }
    delay_ns = (long long)(strtod(argv[3], NULL) * 1e6);
    report = fopen(argv[4], "we");
    if (report == NULL) {
        fail(argv[4]);
    }
    struct sigaction stop = {.sa_handler = on_signal};
    sigaction(SIGTERM, &stop, NULL);
    sigaction(SIGINT, &stop, NULL);
    signal(SIGPIPE, SIG_IGN);
    /* Timers of an ordinary process may be 50 us late; that would be counted as delay. */
    prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
    int listener = listen_at(argv[1]);
    serve(listener, argv[2]);
    unlink(argv[1]);
    return 0;
}
