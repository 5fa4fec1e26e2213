// Command greengen makes blocking Go code cooperative: functions marked
// //greengen:patch, and what they call that may block, get green twins that run
// on the event loop of package rt.
//
//	greengen [gen] [-d] [-v] [packages]             write *_green.go files beside the sources
//	greengen run|build|test [flags] packages [args] build with twins, leave nothing in the tree
//	greengen explain [-json] [-parks] package|package.Func|file.go:line|code
//	greengen dump -pass name [-func name] [packages]
//	greengen help [command]
//	greengen version
//
// It exits with 0 if all is well, 1 if it found a problem, 2 if it was called in
// a way that it does not know. What run starts has the exit status of its own.
package main
