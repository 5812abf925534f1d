// Package stretch reads spans of server time in answers that are proved whole.
//
//	readahead.go   parts of a span side by side, given out in order
//	spans.go       one part, cut until an answer holds it
//	ask.go         one answer, asked again if broken; proved whole by its last row
//	margin.go      the same for an API that cuts rows at the edges of a window
//	crowd.go       what no page can hold and time cannot divide
//	onepage.go     all of a question in one page, or in a larger one
//	sheets.go      the memory of pages, used again
//
// It knows no API: a Reader's fields say what is asked and how.
package stretch
