//go:build race

package subject

// race says that the program is built with the race detector, like the tests.
const race = true
