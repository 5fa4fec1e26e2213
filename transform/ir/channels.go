package ir

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// Channels says which channels are the program's own: nobody acts on them who does not
// announce it. They are told apart by their element types.
type Channels struct {
	NoSends  bool // others may receive from any
	NoTimers bool // timers may be reset where it is not seen
	NoConds  bool // a sync.Cond may be signalled where it is not seen
	NoGroups bool // the counter of a sync.WaitGroup may change where it is not seen

	// Now are the calls of time.After whose results are received from at once.
	Now map[ast.Node]bool

	public map[string]bool // by type: nobody's own; false: to receive from
}

// Publish notes that others use channels of t, only to receive from them if receives.
func (c *Channels) Publish(t types.Type, receives bool) {
	if c.public == nil {
		c.public = map[string]bool{}
	}
	k := TypeKey(t)
	c.public[k] = c.public[k] || !receives
}

// Own reports whether channels of t are the program's own, for those who send, or who
// receive: if for the former, then for the latter. Of a type that depends on type
// parameters they are if all are.
func (c *Channels) Own(t types.Type, send bool) bool {
	switch {
	case c == nil || send && c.NoSends:
		return false
	case HasTypeParam(t):
		for _, all := range c.public {
			if all || send {
				return false
			}
		}
		return true
	}
	all, some := c.public[TypeKey(t)]
	return !some || !all && !send
}

// Announced reports whether those who act on channels of t elsewhere must say so: who
// sends, or closes, because greenlets may wait to receive, who receives because they
// may wait to send.
func (c *Channels) Announced(t types.Type, send bool) bool {
	return c != nil && (HasTypeParam(t) || c.Own(t, !send))
}

// IsDone reports whether obj is the method Done of context.Context.
func IsDone(obj types.Object) bool {
	fn, ok := obj.(*types.Func)
	return ok && fn.FullName() == "(context.Context).Done"
}

// timerFuncs are the functions of std for timers, and those of chans in their places.
var timerFuncs = map[string]string{
	"time.After":           "After",
	"time.Tick":            "Tick",
	"time.NewTimer":        "NewTimer",
	"time.NewTicker":       "NewTicker",
	"(*time.Timer).Reset":  "ResetTimer",
	"(*time.Ticker).Reset": "ResetTicker",
	"(*time.Ticker).Stop":  "StopTicker",
}

// TimerFunc returns the function of chans that stands in for obj, "" if none does.
func (c *Channels) TimerFunc(obj types.Object) string {
	fn, ok := obj.(*types.Func)
	if !ok || c == nil || c.NoTimers || fn.Pkg() == nil || fn.Pkg().Path() != "time" {
		return ""
	}
	return timerFuncs[fn.FullName()]
}

// TimerMethod is TimerFunc for the call x.Sel(...). Its X must be a pointer.
func (c *Channels) TimerMethod(info *types.Info, x *ast.SelectorExpr) string {
	sel := info.Selections[x]
	if sel == nil || sel.Kind() != types.MethodVal || len(sel.Index()) > 1 {
		return ""
	}
	if _, ok := types.Unalias(info.TypeOf(x.X)).(*types.Pointer); !ok {
		return ""
	}
	return c.TimerFunc(sel.Obj())
}

// wakeFuncs are the methods of std's locks that may end waits of others, and the
// functions of rt/sync in their places.
var wakeFuncs = map[string]string{
	"(*sync.Cond).Signal":    "Signal",
	"(*sync.Cond).Broadcast": "Broadcast",
	"(*sync.WaitGroup).Add":  "Add",
	"(*sync.WaitGroup).Done": "Done",
	"(*sync.WaitGroup).Go":   "Go",
}

// WakeFunc returns the function of rt/sync that stands in for obj, "" if none does.
func (c *Channels) WakeFunc(obj types.Object) string {
	fn, ok := obj.(*types.Func)
	if !ok || c == nil {
		return ""
	}
	name := fn.FullName()
	if group := strings.HasPrefix(name, "(*sync.WaitGroup)."); group && c.NoGroups || !group && c.NoConds {
		return ""
	}
	return wakeFuncs[name]
}

// Edit puts Text in the place of a part of the source, in a woven build.
type Edit struct {
	File     *File
	From, To token.Pos
	Text     string
}

// What the edits for channels call; declared in each package that has them.
const (
	Announced    = "greengen_announced"
	AnnouncedNow = "greengen_announced_now"
	CloseCall    = "greengen_close"
	DoneCall     = "greengen_done"
	TimerCall    = "greengen_timer_" // and the name of a function of chans
	WakeCall     = "greengen_sync_"  // and the name of a function of rt/sync
)
