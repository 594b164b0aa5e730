/* Makes one system call of a kind fail, or kills the process at it: the n-th on a path below a folder.
 *
 * Preloaded (LD_PRELOAD); what to do stands in the file that SCANPIPE_FAULTS names, which all processes map and count in:
 * a command, its workers and its decoder have one count. Reading is left alone: only what writes can lose something.
 */
#include "control.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>

enum { OPEN, WRITE, SYNC, RENAME, UNLINK, MKDIR, CHMOD, KINDS };

struct control {
    atomic_uint count[KINDS]; /* calls seen of each kind */
    atomic_uint fired;
    int kind;                 /* of the call that fails; -1 for none */
    unsigned number;          /* which one, from 1 */
    int error;                /* errno, or 0 to be killed */
    char root[PATH_MAX];
};

static struct control *control;

__attribute__((constructor)) static void begin(void) { control = mapped("SCANPIPE_FAULTS", sizeof *control); }

static int below(const char *path) {
    size_t length = strlen(control->root);
    return length && !strncmp(path, control->root, length) && path[length] == '/';
}

/* Whether the call, on a path, is the one; where the process is to be killed it does not return. */
static int hit(int kind, const char *path) {
    if (!control || !path || !below(path))
        return 0;
    unsigned number = atomic_fetch_add(&control->count[kind], 1) + 1;
    if (kind != control->kind || number != control->number)
        return 0;
    atomic_store(&control->fired, 1);
    if (!control->error) {
        kill(getpid(), SIGKILL);
        pause();
    }
    errno = control->error;
    return 1;
}

static int hit_at(int kind, int folder, const char *path) {
    char whole[2 * PATH_MAX], link[64];
    if (!control || !path)
        return 0;
    if (path[0] == '/')
        return hit(kind, path);
    snprintf(link, sizeof link, folder == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/%d", folder);
    ssize_t length = readlink(link, whole, PATH_MAX);
    if (length <= 0)
        return 0;
    snprintf(whole + length, PATH_MAX, "/%s", path);
    return hit(kind, whole);
}

static int hit_fd(int kind, int handle) {
    char link[64], path[PATH_MAX];
    if (!control)
        return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", handle);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0)
        return 0;
    path[length] = 0;
    return hit(kind, path);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define WRITES(flags) ((flags) & (O_WRONLY | O_RDWR | O_CREAT))
#define MODE(flags) \
    mode_t mode = 0; \
    if ((flags) & (O_CREAT | O_TMPFILE)) { \
        va_list rest; \
        va_start(rest, flags); \
        mode = va_arg(rest, mode_t); \
        va_end(rest); \
    }

int open(const char *path, int flags, ...) {
    MODE(flags)
    return WRITES(flags) && hit_at(OPEN, AT_FDCWD, path) ? -1 : REAL(open)(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    MODE(flags)
    return WRITES(flags) && hit_at(OPEN, AT_FDCWD, path) ? -1 : REAL(open64)(path, flags, mode);
}

int openat(int folder, const char *path, int flags, ...) {
    MODE(flags)
    return WRITES(flags) && hit_at(OPEN, folder, path) ? -1 : REAL(openat)(folder, path, flags, mode);
}

int openat64(int folder, const char *path, int flags, ...) {
    MODE(flags)
    return WRITES(flags) && hit_at(OPEN, folder, path) ? -1 : REAL(openat64)(folder, path, flags, mode);
}

ssize_t write(int handle, const void *data, size_t size) {
    return hit_fd(WRITE, handle) ? -1 : REAL(write)(handle, data, size);
}

ssize_t pwrite(int handle, const void *data, size_t size, off_t at) {
    return hit_fd(WRITE, handle) ? -1 : REAL(pwrite)(handle, data, size, at);
}

ssize_t pwrite64(int handle, const void *data, size_t size, off64_t at) {
    return hit_fd(WRITE, handle) ? -1 : REAL(pwrite64)(handle, data, size, at);
}

int fsync(int handle) { return hit_fd(SYNC, handle) ? -1 : REAL(fsync)(handle); }

int fdatasync(int handle) { return hit_fd(SYNC, handle) ? -1 : REAL(fdatasync)(handle); }

int rename(const char *from, const char *to) { return hit_at(RENAME, AT_FDCWD, to) ? -1 : REAL(rename)(from, to); }

int renameat(int from_folder, const char *from, int to_folder, const char *to) {
    return hit_at(RENAME, to_folder, to) ? -1 : REAL(renameat)(from_folder, from, to_folder, to);
}

int link(const char *from, const char *to) { return hit_at(RENAME, AT_FDCWD, to) ? -1 : REAL(link)(from, to); }

int unlink(const char *path) { return hit_at(UNLINK, AT_FDCWD, path) ? -1 : REAL(unlink)(path); }

int unlinkat(int folder, const char *path, int flags) {
    return hit_at(UNLINK, folder, path) ? -1 : REAL(unlinkat)(folder, path, flags);
}

int rmdir(const char *path) { return hit_at(UNLINK, AT_FDCWD, path) ? -1 : REAL(rmdir)(path); }

int mkdir(const char *path, mode_t mode) { return hit_at(MKDIR, AT_FDCWD, path) ? -1 : REAL(mkdir)(path, mode); }

int chmod(const char *path, mode_t mode) { return hit_at(CHMOD, AT_FDCWD, path) ? -1 : REAL(chmod)(path, mode); }

int fchmod(int handle, mode_t mode) { return hit_fd(CHMOD, handle) ? -1 : REAL(fchmod)(handle, mode); }

int fchmodat(int folder, const char *path, mode_t mode, int flags) {
    return hit_at(CHMOD, folder, path) ? -1 : REAL(fchmodat)(folder, path, mode, flags);
}
