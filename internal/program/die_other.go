//go:build !unix

package program

import "os"

// dieBy returns the code of an interrupted run: here no process can end itself
// by a signal.
func dieBy(os.Signal) int { return 130 }
