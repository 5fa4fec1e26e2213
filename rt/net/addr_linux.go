package net

import (
	"net"
	"net/netip"
	"strconv"
	"syscall"
)

// addr is a socket address.
type addr struct {
	ip   [16]byte
	zone uint32
	port uint16
	kind uint8
}

// The kinds of addresses.
const (
	noAddr = iota
	inet4
	inet6
	unix // the name is kept elsewhere
)

func addrOf(sa syscall.Sockaddr) (a addr, name string) {
	switch sa := sa.(type) {
	case *syscall.SockaddrInet4:
		a.kind, a.port = inet4, uint16(sa.Port)
		copy(a.ip[:], sa.Addr[:])
	case *syscall.SockaddrInet6:
		a.kind, a.port, a.ip, a.zone = inet6, uint16(sa.Port), sa.Addr, sa.ZoneId
	case *syscall.SockaddrUnix:
		a.kind, name = unix, sa.Name
	}
	return a, name
}

// std gives the address as net does.
func (a *addr) std(name string) net.Addr {
	switch a.kind {
	case inet4:
		return &net.TCPAddr{IP: append(net.IP(nil), a.ip[:4]...), Port: int(a.port)}
	case inet6:
		return &net.TCPAddr{IP: append(net.IP(nil), a.ip[:]...), Port: int(a.port), Zone: zone(a.zone)}
	case unix:
		return &net.UnixAddr{Name: name, Net: "unix"}
	}
	return nil
}

func zone(id uint32) string {
	if id == 0 {
		return ""
	}
	if i, err := net.InterfaceByIndex(int(id)); err == nil {
		return i.Name
	}
	return strconv.Itoa(int(id))
}

// sockaddr is what the kernel wants of an address to dial.
func sockaddr(ap netip.AddrPort) (sa syscall.Sockaddr, family int) {
	if ip := ap.Addr().Unmap(); ip.Is4() {
		return &syscall.SockaddrInet4{Port: int(ap.Port()), Addr: ip.As4()}, syscall.AF_INET
	}
	s := &syscall.SockaddrInet6{Port: int(ap.Port()), Addr: ap.Addr().As16()}
	if z := ap.Addr().Zone(); z != "" {
		if i, err := net.InterfaceByName(z); err == nil {
			s.ZoneId = uint32(i.Index)
		} else if n, err := strconv.Atoi(z); err == nil {
			s.ZoneId = uint32(n)
		}
	}
	return s, syscall.AF_INET6
}
