// Package acceptance tests the program from outside, as its users meet it: the
// scripts in testdata, the commands and tables of README.md and docs, the
// process that is killed, the networks it is behind. Further tests hold the
// house itself: which package imports which, and where the code waits.
package acceptance
