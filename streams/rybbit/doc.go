// Package rybbit says what Rybbit's stats API is asked, and how.
//
//	tables.go      which endpoint, key, clock, walk: a streams.Table each
//	window.go      how a span of sessions is asked for, and when an answer is whole
//	events.go      the events of a session
//	generation.go  the two generations of paths, and which one a server has
//	sites.go       which sites there are
//	config.go      what the config says
//	connection.go  this API's part of internal/api: key, limits, errors
//	source.go      Open and Check
//	demo.go        the built-in site
//
// A server applies its window before it puts events together, so rows at a window's
// edges come cut. Pages are not safe either: rows tie, and lose their order between
// two requests. So more time is asked for than is wanted, in one page, and only rows
// that lie far enough inside are taken.
package rybbit
