/* main.c - argv -> command -> exit status. */
#include "base/interrupt.h"

int main(void)
{
    interrupt_install();
    return 0;
}
