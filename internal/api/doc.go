// Package api asks an HTTP API that answers in JSON. Any system can use it: what
// is special about one comes in as a Config and in each Call.
//
// # One attempt
//
// Client.Do sends a Call once and hands its answer to Call.Read. What the attempt
// needs beside that, it gets on the way: each concern is a http.RoundTripper of
// its own. This is their order, from the outermost to the innermost:
//
//	authorize  puts the key or the token into the header
//	pace       waits until the API's limits of requests a minute or an hour allow one more
//	gate       waits for a place among the requests in flight, and for the end of a pause that the API asked for
//	clock      reads the server's time from the answer
//	plain      unpacks the body, and ends one that is too long
//	watch      ends an answer that does not come, or too slowly
//	count      counts the request, its bytes and its time
//	follow     goes where a redirect of the same host leads
//	network    the connection, TLS and proxies
//
// Those that wait for this program stand outside of those that measure the API.
// A request leaves the gate when its headers are there: an API counts requests,
// not bytes. The layers inside see the bytes as they come over the line.
//
// # Again
//
// Only Client.Insist stands outside of the chain. It asks again while that may
// help, and an answer is good only once it was read to its end.
//
// # Errors
//
// Whatever goes wrong is an *Error of one Kind. What follows from the kind stands
// in one table, which one function each reads: Again, Smaller, Fault and Exit.
// What only the API's own words say, such as that a question was too large, is
// in a table of Config, its Sayings. An error never holds a secret: all that
// came from outside is program.Words.
package api
