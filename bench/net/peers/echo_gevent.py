"""An echo server on gevent. It answers the driver of bench-net on stdin."""
import gc
import json
import os
import resource
import sys

import gevent
from gevent import fileobject, server

os.sched_setaffinity(0, {0})


def echo(conn, _):
    while True:
        data = conn.recv(65536)
        if not data:
            return
        conn.sendall(data)
        del data


def rss():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) << 10 for line in status if line.startswith("RssAnon"))


def drive():
    for line in fileobject.FileObject(sys.stdin, "r"):
        if line.strip() == "gc":
            gc.collect()
        used = resource.getrusage(resource.RUSAGE_SELF)
        print(json.dumps({"CPU": int((used.ru_utime + used.ru_stime) * 1e9), "RSS": rss(), "Mem": rss()}), flush=True)
    os._exit(0)


s = server.StreamServer(("127.0.0.1", 0), echo, backlog=4096)
s.start()
print("serving 127.0.0.1:%d" % s.server_port, flush=True)
gevent.spawn(drive).join()
