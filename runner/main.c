/* main.c - argv -> command -> exit status. */
#include <string.h>

#include "base/interrupt.h"
#include "host/host.h"

int main(int argc, char **argv)
{
    if (argc >= 3 && strcmp(argv[1], "lua") == 0) {
        return host_run_file(argv[2], argc - 3, argv + 3);
    }
    interrupt_install();
    return 0;
}
