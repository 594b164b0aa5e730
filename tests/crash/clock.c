/* A clock that is wrong: so many seconds off, and going back by so many milliseconds each time somebody looks.
 *
 * Preloaded (LD_PRELOAD); how wrong it is stands in the file that SCANPIPE_CLOCK names.
 */
#include "control.h"

#include <stdint.h>
#include <sys/time.h>
#include <time.h>

struct control {
    int64_t off_s;
    int64_t step_ms;
    atomic_llong looked; /* how often */
};

static struct control *control;
static int (*real_clock)(clockid_t, struct timespec *);

__attribute__((constructor)) static void begin(void) {
    real_clock = dlsym(RTLD_NEXT, "clock_gettime");
    control = mapped("SCANPIPE_CLOCK", sizeof *control);
}

int clock_gettime(clockid_t clock, struct timespec *at) {
    if (!real_clock)
        real_clock = dlsym(RTLD_NEXT, "clock_gettime");
    int failed = real_clock(clock, at);
    if (failed || !control || (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE))
        return failed;
    int64_t back_ms = control->step_ms * (atomic_fetch_add(&control->looked, 1) + 1);
    at->tv_sec += control->off_s - back_ms / 1000;
    return 0;
}

int gettimeofday(struct timeval *restrict at, void *restrict zone) {
    struct timespec now;
    (void)zone;
    if (clock_gettime(CLOCK_REALTIME, &now))
        return -1;
    at->tv_sec = now.tv_sec;
    at->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *at) {
    struct timespec now;
    if (clock_gettime(CLOCK_REALTIME, &now))
        return -1;
    if (at)
        *at = now.tv_sec;
    return now.tv_sec;
}
