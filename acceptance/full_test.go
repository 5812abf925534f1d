//go:build full && !race

package acceptance

// kills is how often a process is killed, each time after another number of bytes.
const kills = 10
