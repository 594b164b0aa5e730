/* Lets a thread be cancelled only where it waits, whatever it asks for.
 *
 * Preloaded (LD_PRELOAD). libsane's `test` device cancels the thread that made a page as soon as it has the page's last
 * byte, at any place: where that is inside free(), the thread's lock is never given back, and the device hangs.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>

int pthread_setcanceltype(int type, int *old) {
    int (*real)(int, int *) = dlsym(RTLD_NEXT, "pthread_setcanceltype");
    (void)type;
    return real(PTHREAD_CANCEL_DEFERRED, old);
}
