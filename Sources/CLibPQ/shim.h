// libpq, PostgreSQL's own client library, and the few system calls the Postgres module needs that Swift's Glibc module
// leaves out (epoll, and functions glibc declares only under _GNU_SOURCE). Nothing else imports it.
#pragma once
#include <libpq-fe.h>
#include <spawn.h>
#include <sys/epoll.h>

extern int mkostemp(char *path, int flags);
extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path);
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int first);
