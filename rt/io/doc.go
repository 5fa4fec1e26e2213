// Package io stands for std's io in green code, and does the dynamic calls of
// Read and Write for all of rt and for emitted code.
//
// # Which method
//
// A value's twin is found by asking, in this order: its own green method
// (Read_green), the twins of std types (Extend, as rt/bufio does for
// *bufio.Reader), whether its type never blocks (green.PlainType). What is left
// is called on a worker while the greenlet is parked.
//
// # Copy
//
// io.Copy prefers src.WriteTo and dst.ReadFrom. Of types of std these do what
// the loop does, so the loop stands for them; of others they are the user's
// code: green if it has a twin, else the whole Copy is offloaded.
package io
