/* Lets the n-th call of one kind fail, counted over all processes that have this library preloaded, for files below one folder.
 *
 * cc -shared -fPIC -O2 -o faults.so faults.c
 * LD_PRELOAD=faults.so FAULTS_CONTROL=FILE ...
 *
 * FILE, mapped by whoever injects, too: i32 kind that fails, 0 for none | i32 how many of its calls until one fails |
 * i32 errno it fails with | i32 how many have failed | i32 pid of who failed last | i32 what else: 1 the process is killed instead,
 * 2 every call of any kind fails from then on, as if it were dead | at 64: path of the folder, ended by 0. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum more { FAIL, KILL, DEAD };

enum kind { NONE, WRITE, FORCE, RENAME, MAP, OPEN, READ, TRUNCATE, DELETE, ALLOCATE, CREATE };

struct control {
  int kind, left, error, failed, process, more;
  char unused[40];
  char folder[PATH_MAX];
};

static struct control *control;

__attribute__((constructor)) static void attach(void) {
  const char *name = getenv("FAULTS_CONTROL");
  int fd = name ? open(name, O_RDWR | O_CLOEXEC) : -1;
  if (fd >= 0) {
    void *mapped = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    control = mapped == MAP_FAILED ? NULL : mapped;
    close(fd);
  }
}

static int dead(void) {
  return __atomic_load_n(&control->more, __ATOMIC_ACQUIRE) == DEAD && __atomic_load_n(&control->failed, __ATOMIC_ACQUIRE) > 0;
}

static int armed(enum kind kind) {
  int wanted = control ? __atomic_load_n(&control->kind, __ATOMIC_ACQUIRE) : NONE;
  return wanted != NONE && (wanted == (int)kind || dead());
}

static int fails(const char *path) {
  size_t length = strlen(control->folder);
  if (strncmp(path, control->folder, length) != 0 || (path[length] != '/' && path[length] != 0)) return 0;
  if (!dead() && __atomic_fetch_sub(&control->left, 1, __ATOMIC_ACQ_REL) != 1) return 0;
  __atomic_store_n(&control->process, getpid(), __ATOMIC_RELEASE);
  __atomic_fetch_add(&control->failed, 1, __ATOMIC_ACQ_REL);
  if (control->more == KILL) kill(getpid(), SIGKILL);
  errno = control->error;
  return 1;
}

static int path_of(int fd, char *path) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, PATH_MAX - 1);
  path[length < 0 ? 0 : length] = 0;
  return length > 0;
}

static int fd_fails(enum kind kind, int fd) {
  char path[PATH_MAX];
  return armed(kind) && fd >= 0 && path_of(fd, path) && fails(path);
}

static int at_fails(enum kind kind, int folder, const char *name) {
  if (!armed(kind) || !name) return 0;
  char path[2 * PATH_MAX];
  if (name[0] == '/') return fails(name);
  if (folder == AT_FDCWD ? !getcwd(path, PATH_MAX) : !path_of(folder, path)) return 0;
  size_t length = strlen(path);
  snprintf(path + length, sizeof path - length, "/%s", name);
  return fails(path);
}

/* The next definition of a function: that of the C library. */
#define REAL(name) \
  static __typeof__(name) *real; \
  if (!real) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

#define BY_FD(kind, type, name, parameters, arguments) \
  type name parameters { REAL(name); return fd_fails(kind, fd) ? -1 : real arguments; }

BY_FD(WRITE, ssize_t, write, (int fd, const void *b, size_t n), (fd, b, n))
BY_FD(WRITE, ssize_t, pwrite, (int fd, const void *b, size_t n, off_t o), (fd, b, n, o))
BY_FD(WRITE, ssize_t, pwrite64, (int fd, const void *b, size_t n, off64_t o), (fd, b, n, o))
BY_FD(WRITE, ssize_t, writev, (int fd, const struct iovec *v, int n), (fd, v, n))
BY_FD(READ, ssize_t, read, (int fd, void *b, size_t n), (fd, b, n))
BY_FD(READ, ssize_t, pread, (int fd, void *b, size_t n, off_t o), (fd, b, n, o))
BY_FD(READ, ssize_t, pread64, (int fd, void *b, size_t n, off64_t o), (fd, b, n, o))
BY_FD(FORCE, int, fsync, (int fd), (fd))
BY_FD(FORCE, int, fdatasync, (int fd), (fd))
BY_FD(TRUNCATE, int, ftruncate, (int fd, off_t n), (fd, n))
BY_FD(TRUNCATE, int, ftruncate64, (int fd, off64_t n), (fd, n))
BY_FD(ALLOCATE, int, fallocate, (int fd, int m, off_t o, off_t n), (fd, m, o, n))
BY_FD(ALLOCATE, int, fallocate64, (int fd, int m, off64_t o, off64_t n), (fd, m, o, n))

#define BY_PATH(kind, name, at, path, parameters, arguments) \
  int name parameters { REAL(name); return at_fails(kind, at, path) ? -1 : real arguments; }

BY_PATH(RENAME, rename, AT_FDCWD, to, (const char *from, const char *to), (from, to))
BY_PATH(RENAME, renameat, tofd, to, (int fd, const char *from, int tofd, const char *to), (fd, from, tofd, to))
BY_PATH(DELETE, unlink, AT_FDCWD, path, (const char *path), (path))
BY_PATH(DELETE, rmdir, AT_FDCWD, path, (const char *path), (path))
BY_PATH(DELETE, unlinkat, fd, path, (int fd, const char *path, int flags), (fd, path, flags))
BY_PATH(CREATE, mkdir, AT_FDCWD, path, (const char *path, mode_t mode), (path, mode))
BY_PATH(CREATE, link, AT_FDCWD, to, (const char *from, const char *to), (from, to))
BY_PATH(CREATE, chmod, AT_FDCWD, path, (const char *path, mode_t mode), (path, mode))

#define MAPS(name, offset) \
  void *name(void *at, size_t n, int protection, int flags, int fd, offset o) { \
    REAL(name); \
    return fd_fails(MAP, fd) ? MAP_FAILED : real(at, n, protection, flags, fd, o); \
  }

MAPS(mmap, off_t)
MAPS(mmap64, off64_t)

#define OPENS(name) \
  int name(const char *path, int flags, ...) { \
    REAL(name); \
    va_list more; \
    va_start(more, flags); \
    mode_t mode = va_arg(more, mode_t); \
    va_end(more); \
    return at_fails(OPEN, AT_FDCWD, path) ? -1 : real(path, flags, mode); \
  }

#define OPENS_AT(name) \
  int name(int fd, const char *path, int flags, ...) { \
    REAL(name); \
    va_list more; \
    va_start(more, flags); \
    mode_t mode = va_arg(more, mode_t); \
    va_end(more); \
    return at_fails(OPEN, fd, path) ? -1 : real(fd, path, flags, mode); \
  }

OPENS(open)
OPENS(open64)
OPENS_AT(openat)
OPENS_AT(openat64)
