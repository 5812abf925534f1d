// Package program is what every program does around its work, whatever it reads
// or writes:
//
//	Run        supervises a Command: signals, the time left to flush, exit codes
//	App        who the program is; its config, checked against its spec
//	Error      an error with the exit code that it deserves, and a hint
//	Secrets    keeps keys and tokens out of every text; Words make a text fit to read
//	Outlet     carries whole lines to stdout, which may be slow, blocked or gone
//	Console    is stderr: log lines, and under them the status line of a terminal
//	Metrics    counts requests and rows, and reports them in the log
//
// It promises: the exit code says who must do what (ExitCodes). A run that is
// interrupted ends within seconds, by the signal that it got. What reaches stdout
// ends with a whole line, unless the loader itself goes away. No secret that the
// process held is in any text. It knows no protocol.
package program
