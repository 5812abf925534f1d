// Package rows turns the answers of JSON APIs into rows that are ready to be
// written. It knows JSON, an Envelope and a plan per column; it knows no API.
// Values are copied as bytes: no number is parsed to be printed again, and no
// row costs an allocation.
//
//	body ─► window ─► answer ─────► transcribe ────────────► Page.Rows
//	        256 KB    the envelope: writes a row that is as  ▲
//	        at once   meta, data,   predicted and reads it   │
//	                  rows, …     └► layout ─► emitter ──────┘
//	                                finds     writes any other
//	                                values    row from them
//
// # The layout is predicted
//
// A server prints all rows of an answer alike. So what stands between two
// values is learnt from one row, and a later row is compared with it, a few
// words at a time, where others look for blanks, commas, keys and colons and
// look the key up:
//
//	        {⏎⇥⇥⇥"id": "a1",⇥⇥⇥"at": "2026-01-11 09:07:00",⏎⇥⇥⇥"n": 18⏎⇥⇥}
//	          └───┬───┘   └───┬───┘                     └───┬────┘
//	step          0           1                             2
//	column        id          at                            n
//
// A row is followed step by step, and if the columns come in the plan's order it
// is written at once: a value that is written as it came is moved when it has
// been scanned, and together with the one before it if the step between them is
// what is written there, too. Where a row differs it is read by the rules of
// JSON up to the next place where a step fits, and the next row is learnt
// anew, 32 times an answer at most: rows that never look alike are better read
// without. Nothing is taken on trust: the bytes of a step are valid JSON when
// they are learnt, and every value is scanned to its end each time.
//
// The layout only finds values. What is written depends on the plan and the
// values alone, so a row has the same bytes and the same Sum in every layout,
// transcribed or not.
//
// # Strings
//
// Strings are scanned 16 bytes at a time for what ends plain text: quote,
// backslash or a byte below 0x20, all of which are found by subtracting and
// looking at the top bit of each byte. Escapes and, if a top bit was set at
// all, UTF-8 are checked, so the scanner accepts what encoding/json accepts
// and nothing else, except that it refuses invalid UTF-8 (encoding/json
// replaces it) and nesting beyond 512 levels (encoding/json: 10,000).
//
// # Non-obvious
//
//   - NUL bytes end every buffer. NUL is nowhere valid in JSON, so scanners need
//     no check for the end: what is wrong at the end of the data, or behind
//     it, means that more data is needed.
//   - Nested values hide line breaks, which ClickHouse prints in them, and so
//     does the place before any value. Copying a value with what is around it
//     is only right where the layout says that it is as learnt.
//   - Rows lie in Blocks, which pages share: while one page is written, the next
//     is decoded into the blocks that it leaves, the last one first, as that is
//     still in the processor's cache. A page waits for them, but not for long.
//   - A row that is cut by the window is scanned again from its beginning.
//     Nothing may be counted or learnt before its brace is closed.
//   - The list of columns may follow the rows. Then the body is held, as the plan
//     may be another. Where an Envelope has no such list, nothing is held.
//   - Rows that are arrays have the same step between all values, so it is the
//     place in the row that tells whose a value is.
package rows
