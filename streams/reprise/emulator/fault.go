package emulator

import "tap-reprise/internal/localapi"

// A Fault is what goes wrong with one answer. Its Own may be a [Broken].
type Fault = localapi.Fault

// Broken is a data answer whose query breaks after its 200. The zero Broken
// changes nothing; fields combine.
type Broken struct {
	// Exception ends the answer after half of its rows with the "exception"
	// key that ClickHouse adds.
	Exception bool

	// RawException ends it inside a row with the bare exception text instead,
	// as ClickHouse does where the format has no place for it. The connection
	// ends in order.
	RawException bool

	// MoreRows is added to the "rows" that it claims.
	MoreRows int
}

const exceptionText = "Code: 241. DB::Exception: Memory limit (for query) exceeded: " +
	"would use 9.32 GiB, maximum: 9.31 GiB. (MEMORY_LIMIT_EXCEEDED)"
