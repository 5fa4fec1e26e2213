package main

import "strings"

// words is a set of names.
func words(text string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(text) {
		m[w] = true
	}
	return m
}

// primitives wait for another party: that and what calls it may block. System calls
// and channels are found by themselves. Of package runtime nothing else is looked at.
var primitives = words(`time.Sleep sync.(*WaitGroup).Wait sync.(*Cond).Wait internal/poll.runtime_pollWait
	internal/poll.(*FD).Close
	syscall.Syscall syscall.Syscall6 syscall.RawSyscall syscall.RawSyscall6 reflect.Value.Recv reflect.Value.Send reflect.Select
	runtime.GC runtime/debug.FreeOSMemory runtime/debug.WriteHeapDump runtime.ReadTrace runtime.StopTrace runtime.traceAdvance`)

// cuts never block, whatever they reach. Each has its reason.
var cuts = words(strings.Join([]string{
	// Reads /etc/localtime, once: time.Now().Format must not need a worker.
	`time.(*Location).get`,
	// Reads mime.types, once: a few files of the system, some kilobytes each.
	`mime.initMime`,
	// Calls getrandom; the file behind it is for kernels older than that.
	`crypto/internal/sysrand.Read`,
	// Asks what an open descriptor is: fstat of an inode that is in memory.
	`os.newFile`,
	// Closes a descriptor that another closed while it was used: that one waits.
	`internal/poll.(*FD).decref`,
	// Looks once at what the kernel can do.
	`os.checkPidfd`,
	// Closes a descriptor of a process: there is nothing to write.
	`os.(*processHandle).closeHandle`,
	// Receives from a channel that is closed already.
	`context.(*cancelCtx).Err`,
	// Hand their text to ParseFile, which then opens no file.
	`go/format.Node go/format.Source go/parser.ParseExpr go/types.Eval`,
	// Asks for the name only.
	`os.(*unixDirent).String`,
	// Receives if the data has a channel; executing a template may be frequent.
	`text/template.(*state).walkRange`,
	// Looks for garbage if a test of its own says so; transform/color asks what it calls.
	`reflect.Value.call`,
}, " "))

// keepers are handed functions and streams that they do not call, or another
// goroutine does.
var keepers = words(`time.AfterFunc context.AfterFunc runtime.SetFinalizer runtime.AddCleanup sync.NewCond
	io.MultiReader io.MultiWriter io.TeeReader io.LimitReader io.NewSectionReader io.NewOffsetWriter io.NopCloser
	bufio.NewReader bufio.NewReaderSize bufio.NewWriter bufio.NewWriterSize bufio.NewScanner bufio.NewReadWriter
	net/textproto.NewConn net/textproto.NewReader net/textproto.NewWriter`)

// ownThread are system calls that tell of, or change, the thread that calls them: a
// worker is another.
const ownThread = `SYS_UNSHARE SYS_PRCTL SYS_ARCH_PRCTL SYS_PTRACE SYS_SCHED_SETAFFINITY SYS_SCHED_GETAFFINITY
	SYS_GETTID SYS_CAPGET SYS_CAPSET SYS_SETFSUID SYS_SETFSGID SYS_IOPERM SYS_IOPL`

// quick are system calls that wait for nobody, though std leaves them to the scheduler
// as it does all that might. Those that std calls raw (syscall.RawSyscall) need no
// mention: that is what raw means there.
var quick = words(ownThread + ` SYS_FCNTL SYS_DUP SYS_DUP2 SYS_DUP3 SYS_SETSOCKOPT SYS_GETSOCKOPT SYS_LISTEN
	SYS_SOCKET SYS_SOCKETPAIR SYS_GETSOCKNAME SYS_GETPEERNAME SYS_SHUTDOWN SYS_PIPE SYS_PIPE2 SYS_EVENTFD2
	SYS_EPOLL_CREATE SYS_EPOLL_CREATE1 SYS_EPOLL_CTL SYS_INOTIFY_INIT SYS_INOTIFY_INIT1 SYS_INOTIFY_RM_WATCH
	SYS_MMAP SYS_MUNMAP SYS_MPROTECT SYS_MADVISE SYS_GETPRIORITY SYS_SETPRIORITY SYS_KILL SYS_TGKILL
	SYS_UMASK SYS_GETRLIMIT SYS_SETRLIMIT SYS_PRLIMIT64 SYS_CLOCK_GETTIME SYS_GETTIMEOFDAY SYS_TIMES SYS_UNAME
	SYS_SYSINFO pidfdOpenTrap pidfdSendSignalTrap getrandomTrap SYS_SETHOSTNAME SYS_SETDOMAINNAME`)
