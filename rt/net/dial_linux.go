package net

import (
	"context"
	"net"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
)

// dial is the state of Dial.
type dial struct {
	network string
	port    uint16
	until   time.Time        // zero: no limit
	addr    netip.AddrPort   // dialled
	addrs   []netip.AddrPort // to be dialled
	host    string           // to be looked up
	name    string           // of a Unix socket
	conn    *Conn            // connecting
	err     error            // the first one
	found   bool             // the addresses are known
	local   bool             // no host was given: this system
	opts    *dialOptions
}

// canceledError is that of a dial whose context was cancelled, as net has it.
type canceledError struct{}

func (canceledError) Error() string        { return "operation was canceled" }
func (canceledError) Is(target error) bool { return target == context.Canceled }

type dialFrame struct {
	green.FuncFrame
	dial
}

type lookup = struct {
	R0 []netip.Addr
	R1 error
}

var (
	dials      green.Pool[dialFrame]
	slotConn   = green.SlotFor[connResult]()
	slotLookup = green.SlotFor[lookup]()
)

// timeoutError is the error of a Dial that took too long, as net has it.
type timeoutError struct{}

func (timeoutError) Error() string        { return "i/o timeout" }
func (timeoutError) Timeout() bool        { return true }
func (timeoutError) Temporary() bool      { return true }
func (timeoutError) Is(target error) bool { return target == context.DeadlineExceeded }

// Dial_green is net.Dial. Only from the hub's goroutine.
func Dial_green(h *green.Hub, network, address string) (net.Conn, error, *green.Frame) {
	return DialTimeout_green(h, network, address, 0)
}

// DialTimeout_green is net.DialTimeout. Only from the hub's goroutine.
func DialTimeout_green(h *green.Hub, network, address string, d time.Duration) (net.Conn, error, *green.Frame) {
	if h.Blocks() {
		c, err := net.DialTimeout(network, address, d)
		return c, err, nil
	}
	s := dial{network: network}
	if d != 0 {
		s.until = time.Now().Add(d)
	}
	return s.begin(h, address)
}

func (s *dial) begin(h *green.Hub, address string) (net.Conn, error, *green.Frame) {
	if s.datagrams(address) {
		r := s.std(address)()
		return r.R0, r.R1, nil
	}
	host, ok := s.parse(address)
	if !ok {
		return nil, nil, s.leave(h, address)
	}
	if !s.found {
		s.host = host
		return nil, nil, s.suspend(h, green.Offload(h, "lookup "+host, s.lookup(host)))
	}
	if s.loop(h) {
		f := s.suspend(h, nil)
		return nil, nil, h.ParkAt(f)
	}
	c, err := s.result()
	return c, err, nil
}

// lookup returns a job for a worker.
func (s *dial) lookup(host string) func() lookup {
	ctx, cancel := s.context()
	network := "ip" + s.network[3:]
	return func() lookup {
		defer cancel()
		ips, err := net.DefaultResolver.LookupNetIP(ctx, network, host)
		return lookup{ips, err}
	}
}

// datagrams says that the dial is of UDP, and has nothing to look up: so it does not wait.
func (s *dial) datagrams(address string) bool {
	switch s.network {
	case "udp", "udp4", "udp6":
		return !names(s.network, address) && !strings.Contains(address, "%")
	}
	return false
}

// std dials as std does.
func (s *dial) std(address string) func() connResult {
	d := net.Dialer{}
	if s.opts != nil {
		d = s.opts.dialer
	}
	ctx, cancel := s.context()
	network := s.network
	return func() connResult {
		defer cancel()
		c, err := d.DialContext(ctx, network, address)
		return connResult{c, err}
	}
}

// leave leaves the dial to std, on a worker. The conn is taken over.
func (s *dial) leave(h *green.Hub, address string) *green.Frame {
	c := green.Offload(h, "net.Dial "+address, s.std(address))
	f := listens.Get(h)
	f.Resume = resumeLeft
	c.Parent = &f.Frame
	return &f.Frame
}

func resumeLeft(h *green.Hub, hd *green.Frame) *green.Frame {
	r := slotConn.Of(h)
	r.R0 = adopt(h, r.R0)
	return listens.Put(h, (*listenFrame)(ptr(hd)))
}

// adopt makes a conn of the hub of one of std's, if it is a kind that hubs know.
func adopt(h *green.Hub, std net.Conn) net.Conn {
	switch std.(type) {
	case *net.TCPConn, *net.UnixConn:
	default:
		return std
	}
	if std.RemoteAddr() == nil || std.RemoteAddr().Network() == "unixgram" {
		return std
	}
	raw, err := std.(syscall.Conn).SyscallConn()
	if err != nil {
		return std
	}
	fd := -1
	var sa syscall.Sockaddr
	raw.Control(func(old uintptr) {
		if sa, err = syscall.Getpeername(int(old)); err == nil {
			fd, err = dup(int(old))
		}
	})
	if err != nil || fd < 0 {
		return std
	}
	c, err := newConn(h, fd, sa)
	if err != nil {
		return std
	}
	std.Close()
	return c
}

// parse finds what to dial; !ok says that std has to do it. Addresses that std
// refuses are among those.
func (s *dial) parse(address string) (host string, ok bool) {
	switch s.network {
	case "unix":
		s.name, s.found = address, true
		return "", address != ""
	case "tcp", "tcp4", "tcp6":
	default:
		return "", false
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return "", false
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return "", false
	}
	s.port = uint16(n)
	if host == "" { // net dials what stands for any address, and the kernel takes that for loopback
		s.local, s.found = true, true
		ip := netip.IPv4Unspecified()
		if s.network == "tcp6" {
			ip = netip.IPv6Unspecified()
		}
		s.addrs = []netip.AddrPort{netip.AddrPortFrom(ip, s.port)}
		return "", true
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return host, true
	}
	if ip == netip.IPv6Unspecified() && s.network == "tcp" {
		return "", false // std tries 0.0.0.0 as well
	}
	s.addrs, s.found = []netip.AddrPort{netip.AddrPortFrom(ip, s.port)}, true
	v4 := ip.Unmap().Is4()
	return host, s.network == "tcp" || v4 == (s.network == "tcp4")
}

// suspend makes the frame of a dial. c is the frame it waits for, nil: the conn.
func (s *dial) suspend(h *green.Hub, c *green.Frame) *green.Frame {
	f := dials.Get(h)
	// A kill must find the conn that is under way, to close it.
	f.Resume, f.Flags, f.dial = resumeDial, green.FlagDefers, *s
	if c != nil {
		c.Parent = &f.Frame
	}
	return &f.Frame
}

func resumeDial(h *green.Hub, hd *green.Frame) *green.Frame {
	f := (*dialFrame)(ptr(hd))
	if h.Pending() {
		f.opts.release()
		if f.conn != nil {
			f.conn.Close_green(h)
		}
		h.Rethrow()
	}
	if !f.found {
		f.looked(slotLookup.Take(h))
		if f.mixed() {
			// std knows how to try both families at once.
			c := f.leave(h, net.JoinHostPort(f.host, strconv.Itoa(int(f.port))))
			c.Parent = f.Parent
			dials.Put(h, f)
			return green.Parked
		}
	}
	if f.loop(h) {
		h.ParkAt(hd)
		return green.Parked
	}
	c, err := f.result()
	*slotConn.Of(h) = connResult{c, err}
	return dials.Put(h, f)
}

// looked takes the addresses of a name; the resolver put the better first.
func (s *dial) looked(r lookup) {
	s.found = true
	s.err = r.R1
	for _, ip := range r.R0 {
		s.addrs = append(s.addrs, netip.AddrPortFrom(ip.Unmap(), s.port))
	}
	if s.err != nil {
		s.err = &net.OpError{Op: "dial", Net: s.network, Err: s.err}
	}
}

// mixed reports whether there are addresses of both families.
func (s *dial) mixed() bool {
	return s.network == "tcp" && slices.ContainsFunc(s.addrs, func(a netip.AddrPort) bool {
		return a.Addr().Is4() != s.addrs[0].Addr().Is4()
	})
}

// loop dials one address after the other. It returns true if the greenlet waits
// for s.conn to connect.
func (s *dial) loop(h *green.Hub) (waits bool) {
	if s.conn == nil && s.name != "" {
		s.start(h, &syscall.SockaddrUnix{Name: s.name}, syscall.AF_UNIX)
	}
	for {
		if s.conn != nil {
			switch done, err := s.connected(); {
			case !done:
				if err, fails := cancelled(&s.conn.desc); fails {
					s.conn.Close_green(h)
					s.conn, s.addrs = nil, nil
					s.failed(err)
					return false
				}
				s.conn.desc.Wait(rt.Writing)
				return true
			case err == nil:
				s.conn.desc.SetDeadline(rt.Writing, time.Time{})
				s.conn.desc.Waited(rt.Writing) // for the connection: no write did
				return false
			default:
				s.conn.Close_green(h)
				s.conn = nil
				s.failed(err)
			}
		}
		if len(s.addrs) == 0 {
			return false
		}
		if s.late() {
			s.addr, s.addrs = s.addrs[0], nil
			s.failed(s.why())
			return false
		}
		s.addr, s.addrs = s.addrs[0], s.addrs[1:]
		sa, family := sockaddr(s.addr)
		s.start(h, sa, family)
	}
}

func (s *dial) late() bool {
	return s.opts.cancelled() || !s.until.IsZero() && !time.Now().Before(s.until)
}

// why says what late means.
func (s *dial) why() error {
	if s.opts.cancelled() && s.opts.ctx.Err() == context.Canceled {
		return canceledError{}
	}
	return timeoutError{}
}

func (s *dial) failed(err error) {
	if s.err == nil {
		s.err = &net.OpError{Op: "dial", Net: s.network, Addr: s.to(), Err: err}
	}
}

// to is what is dialled, as net's errors have it: zones are as they were given.
func (s *dial) to() net.Addr {
	switch {
	case s.name != "":
		return &net.UnixAddr{Name: s.name, Net: "unix"}
	case s.local:
		return &net.TCPAddr{Port: int(s.port)}
	}
	return net.TCPAddrFromAddrPort(s.addr)
}

// start begins to connect; then s.conn is set.
func (s *dial) start(h *green.Hub, sa syscall.Sockaddr, family int) {
	fd, err := syscall.Socket(family, syscall.SOCK_STREAM|syscall.SOCK_NONBLOCK|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		s.failed(os.NewSyscallError("socket", err))
		return
	}
	err = syscall.Connect(fd, sa)
	if err != nil && err != syscall.EINPROGRESS && err != syscall.EINTR {
		syscall.Close(fd)
		s.failed(os.NewSyscallError("connect", err))
		return
	}
	c, oerr := newConn(h, fd, sa)
	if oerr != nil {
		s.failed(oerr)
		return
	}
	s.conn = c
	if err != nil {
		// Not ready before the poller says so.
		c.desc.Exhausted(rt.Writing)
	}
	c.desc.SetDeadline(rt.Writing, s.until)
	if s.name == "" {
		s.opts.keepAlive(fd)
	}
	s.opts.watch(c)
}

// keepAlive sets the options that net sets for each TCP conn.
func keepAlive(fd int) {
	syscall.SetsockoptInt(fd, syscall.IPPROTO_TCP, syscall.TCP_NODELAY, 1)
	syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_KEEPALIVE, 1)
	syscall.SetsockoptInt(fd, syscall.IPPROTO_TCP, syscall.TCP_KEEPIDLE, 15)
	syscall.SetsockoptInt(fd, syscall.IPPROTO_TCP, syscall.TCP_KEEPINTVL, 15)
	syscall.SetsockoptInt(fd, syscall.IPPROTO_TCP, syscall.TCP_KEEPCNT, 9)
}

// connected finds out how s.conn does.
func (s *dial) connected() (done bool, err error) {
	d := &s.conn.desc
	if !d.MayWork(rt.Writing) {
		if s.late() {
			return true, s.why()
		}
		return false, nil
	}
	n, err := syscall.GetsockoptInt(d.FD(), syscall.SOL_SOCKET, syscall.SO_ERROR)
	if err != nil {
		return true, os.NewSyscallError("getsockopt", err)
	}
	if n != 0 {
		return true, os.NewSyscallError("connect", syscall.Errno(n))
	}
	switch sa, err := syscall.Getpeername(d.FD()); {
	case s.name != "":
	case err != nil:
		d.Exhausted(rt.Writing) // not yet
		return false, nil
	case s.conn.peer().ip == [16]byte{}: // any address was dialled, this is the one
		s.conn.connects(sa)
	}
	if sa, err := syscall.Getsockname(d.FD()); err == nil && s.name == "" {
		// Nobody listens, but the kernel chose the very port that is dialled.
		if a, _ := addrOf(sa); a == s.conn.peer() {
			return true, os.NewSyscallError("connect", syscall.ECONNREFUSED)
		}
	}
	return true, nil
}

func (s *dial) result() (net.Conn, error) {
	s.opts.release()
	if s.conn != nil {
		return s.conn, nil
	}
	return nil, s.err
}
