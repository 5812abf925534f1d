// Package reprise says what the Reprise Data API is asked, and how.
//
//	tables.go      which pipe, key, clock, parameters: a streams.Table each
//	metrics.go     the windows of replay_metrics
//	config.go      what the config says
//	connection.go  this API's part of internal/api: token, hints, errors
//	source.go      Check, and what the pipes say of their columns
//	demo.go        the built-in account
//
// How rows are read, proved whole and written is not here, but in package streams.
// Nothing depends on create_at, which is the viewer's clock, nor on the clock of this
// machine.
package reprise
