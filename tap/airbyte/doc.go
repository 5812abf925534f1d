// Package airbyte is the Airbyte protocol: spec, check, discover and read, each of
// which answers in messages on stdout.
//
// It promises that nothing but messages is on stdout, that every stream which was
// STARTED is COMPLETE or INCOMPLETE at the end, with the reason before it, and that
// a STATE counts the records since the one before it, as the platform checks.
package airbyte
