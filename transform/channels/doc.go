// Package channels finds out which channels, and whether Conds and WaitGroups, are the
// program's own.
//
// A greenlet that waits for a channel waits in a table of its hub. Whoever acts on the
// channel elsewhere, on a goroutine, in std, knows nothing of that table, so that a
// wait that takes long would have to be handed to a goroutine, stack and all. In a
// woven program most of these others are code that we see: it can be made to tell
// the hub first. So
//
//	v := <-ch          becomes    v := <-greengen_announced(ch)
//	close(ch)          becomes    greengen_close(ch)
//	<-ctx.Done()       becomes    <-greengen_done(ctx)
//
// in the text of the program, which is what runs on goroutines, and the twins, which
// run on the hub, may wait in its table for as long as it takes.
//
// # Hazards
//
// Code that is not of the unit, std or another module, must not act on such a channel.
// It can get at one, or hand one out, only where its API mentions channels. Channels
// are told apart by their element types: a type is public if some function, method,
// field or variable of other packages that the program uses mentions a channel of it,
// and then its channels stay as they were. The Done channels of contexts are the
// exception, since all programs have them: they are known one by one. That a method of
// an interface may return a channel to receive from, as Done does, lets others receive
// from channels of the program: greenlets that send values of such a type wait as
// before. Those that receive hear of all that ends their waits, but not of all who act on
// the channel: the operations for them have Heard in their names, not Own. Generic code
// says that it acts on a channel whose type depends on type parameters if that may, or
// may not, be the program's own.
//
// A program that has code which cannot be edited (cgo, modules before go1.18), or
// uses reflect to act on channels, has no channels of its own.
//
// Not seen: a channel that reaches other code inside of something else, behind an
// interface, and is acted on there by reflection. Of std only text/template does.
//
// # Conds
//
// A sync.Cond is like a channel here: a greenlet stands in a queue of the runtime's, which
// std's Signal and Broadcast do not look at. So
//
//	c.Signal()         becomes    greengen_cond_Signal(c)
//	q.Broadcast()      becomes    greengen_cond_Broadcast(&q.Cond)
//
// All Conds are of one type: if one of them may be signalled unseen, all greenlets wait by
// workers. That is so where Signal or Broadcast is a value, or an interface has it; where the
// API of other code mentions Conds, or embeds one; and where text/template may call methods.
// Waits may be anywhere: goroutines wait in std's way, and who signals sees to both.
//
// # WaitGroups
//
// They are as Conds are, with Add, Done and Go: who leaves nobody in one tells the hub.
//
// # Others who import the unit
//
// Packages of other modules can be of the unit, and packages that are not of it import
// them. What their API mentions is public then. Where it has channels whose types depend
// on type arguments, no channel is the program's own: others choose the types.
package channels
