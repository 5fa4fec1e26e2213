// An echo server on libev. It answers the driver of bench-net on stdin.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <ev.h>
#include <malloc.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static char buf[65536];

static void hang_up(struct ev_loop *loop, ev_io *w) {
	ev_io_stop(loop, w);
	close(w->fd);
	free(w);
}

// The load waits for each answer, which is less than a socket's buffer.
static void on_data(struct ev_loop *loop, ev_io *w, int events) {
	ssize_t n = read(w->fd, buf, sizeof buf);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0 || write(w->fd, buf, n) != n)
		hang_up(loop, w);
}

static void on_accept(struct ev_loop *loop, ev_io *l, int events) {
	int fd;
	while ((fd = accept4(l->fd, 0, 0, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
		ev_io *w = malloc(sizeof *w);
		ev_io_init(w, on_data, fd, EV_READ);
		ev_io_start(loop, w);
	}
}

static long rss(void) {
	FILE *f = fopen("/proc/self/status", "r");
	char line[256];
	long kb = 0;
	while (fgets(line, sizeof line, f))
		sscanf(line, "RssAnon: %ld", &kb);
	fclose(f);
	return kb << 10;
}

static void on_driver(struct ev_loop *loop, ev_io *w, int events) {
	char line[64];
	struct rusage ru;
	if (read(0, line, sizeof line) <= 0)
		exit(0);
	getrusage(RUSAGE_SELF, &ru);
	long long us = (ru.ru_utime.tv_sec + ru.ru_stime.tv_sec) * 1000000LL + ru.ru_utime.tv_usec + ru.ru_stime.tv_usec;
	printf("{\"CPU\":%lld,\"RSS\":%ld,\"Mem\":%zu}\n", us * 1000, rss(), (size_t)mallinfo2().uordblks);
	fflush(stdout);
}

int main(void) {
	struct ev_loop *loop = EV_DEFAULT;
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof a;
	cpu_set_t cpus;
	ev_io accepts, driver;
	int l = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	CPU_ZERO(&cpus);
	CPU_SET(0, &cpus);
	sched_setaffinity(0, sizeof cpus, &cpus);
	if (bind(l, (struct sockaddr *)&a, len) || listen(l, 4096) || getsockname(l, (struct sockaddr *)&a, &len)) {
		perror("libev");
		return 1;
	}
	ev_io_init(&accepts, on_accept, l, EV_READ);
	ev_io_start(loop, &accepts);
	ev_io_init(&driver, on_driver, 0, EV_READ);
	ev_io_start(loop, &driver);
	printf("serving 127.0.0.1:%d\n", ntohs(a.sin_port));
	fflush(stdout);
	ev_run(loop, 0);
}
