// Package cli is the command line of every connector: which words and options
// there are, what they mean, and who does the work.
//
//	arguments ─► verb ─► options of that command ─► singer   a sync, or the catalog
//	                     (one table: options.go)    airbyte  spec, check, discover, read
//	                                                verify   a state against the API
//	                                                text     help, version, about, completion
//
// The table of options is all that is known of them: what is taken, what --help
// shows and what a shell completes is made of it. The package promises that an
// argument that cannot be understood is quoted nowhere: it may be a key in the
// wrong place.
package cli
