// Package rows turns the answers of JSON APIs into rows that are ready to be
// written. It knows JSON, an Envelope and a plan per column; it knows no API.
// Values are copied as bytes: no number is parsed to be printed again, and no
// row costs an allocation.
//
//	io.Reader ─► body ──► answer ─────► transcribe ────────────► Page.Rows
//	             256 KB   the envelope: writes a row that is as  ▲
//	             at once  meta, data,   predicted and reads it   │
//	                      rows, …     └► layout ─► emitter ──────┘
//	                                    finds     writes any other
//	                                    values    row from them
//
// # The layout is predicted
//
// A server prints all rows of an answer alike. So what stands between two values
// is learnt from one row. In later rows it is only compared, a few words at a
// time, instead of looking for blanks, commas and colons and looking up the key:
//
//	        {⏎⇥⇥⇥"id": "a1",⇥⇥⇥"at": "2026-01-11 09:07:00",⏎⇥⇥⇥"n": 18⏎⇥⇥}
//	          └───┬───┘   └───┬───┘                     └───┬────┘
//	step          0           1                             2
//	column        id          at                            n
//
// A row is followed step by step. If the columns come in the plan's order, it is
// written at once: a value that stays as it came is moved as soon as it has been
// scanned. If the step before it is written as it came, too, both are moved in
// one go with the value before.
//
// Where a row differs, it is read by the rules of JSON up to the next place where
// a step fits, and the next row is learnt anew. That happens 32 times an answer at
// most: rows that never look alike are better read without prediction. Nothing is
// taken on trust: a step is valid JSON when it is learnt, and every value is
// scanned to its end each time.
//
// The layout only finds values. What is written depends on the plan and the
// values alone, so a row has the same bytes and the same Sum in every layout,
// transcribed or not.
//
// # Strings
//
// Strings are scanned 16 bytes at a time for what ends plain text: a quote, a
// backslash or a byte below 0x20. A subtraction finds them all: it sets the top
// bit of each such byte. Escapes are checked, and so is UTF-8 where a top bit was
// set before. The scanner accepts what encoding/json accepts, with two
// exceptions: it refuses invalid UTF-8, which encoding/json replaces, and nesting
// beyond 512 levels, where encoding/json allows 10,000.
//
// # Non-obvious
//
//   - NUL bytes end every buffer. NUL is nowhere valid in JSON, so scanners need
//     no check for the end: a wrong byte at the end of the data, or behind it,
//     means that more data is needed.
//   - Line breaks hide in nested values, where ClickHouse prints them, and before
//     any value. So a value may be copied with what is around it only where the
//     layout says that it is as learnt.
//   - Rows lie in Blocks, which pages share. While one page is written, the next
//     is decoded into the blocks that the first one leaves. The block left last is
//     taken first: it is still in the processor's cache. A page waits for blocks,
//     but not for long (Patience).
//   - A row that is cut where buf ends is scanned again from its beginning.
//     Nothing may be counted or learnt before its brace is closed.
//   - The list of columns may follow the rows. Then the body is held, since it may
//     ask for another plan. Where an Envelope has no such list, nothing is held.
//   - Rows that are arrays have the same step between all values. So a value's
//     place in the row says whose it is.
package rows
