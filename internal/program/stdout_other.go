//go:build !unix

package program

import "io"

// GoesNowhere reports false: here a closed stdout fails at the first write.
func GoesNowhere(io.Writer) bool { return false }
