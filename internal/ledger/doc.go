// Package ledger knows which stretches of server time are complete, what each
// unit of it held, and what a run therefore has to read and to write. It knows
// no API, no HTTP and no JSON, and calls nobody: the caller asks a Run for its
// next Step, reads or counts a span of time, and enters what came of it.
//
// # The promise
//
// A row that arrives within Lookback of its session is in the warehouse after
// the next run that ends well. So is a row that changed. In a look-back of more
// rows than Reread (five pages), a change may take up to Refresh, and so may a
// row that a removal hides. The edges of the promise:
//
//   - What the API removes stays in the warehouse.
//   - A row counts as arrived when every replica answers it. If two runs begin
//     less than the replicas' lag apart, the second may miss what the first
//     could have seen.
//   - A single second that is larger than a page and does not stand still
//     while it is paged (Stretch.Shaky) may take one more run.
//   - Say a row changed, a run wrote it and was killed before its bookmark was
//     kept, and the row changed back before the next run. It stays as written.
//   - After another connector's bookmark, or a ledger that cannot be read, the
//     promise holds for what is within Lookback of that bookmark.
//
// # The invariant
//
// A unit is a piece of time. A listed unit describes exactly the rows that were
// last written for it: their number, and the order-free sum of their hashes. So
// one rule does all the writing: a unit that was read is written if its number
// or its sum differs from what is listed. A bookmark is safe once the rows of its
// batch, and of all batches before, are written.
//
// # One run
//
//	start_date                     now - Lookback                     Since    now
//	  │  closed: no state is kept     │                                 │      │
//	  └───────────────────────────────┼────┬────┬────┬────┬────┬────┬──┬┼──────┘
//	                                  │ 12 │  0 │ 87 │ 31 │  5 │ 44 │ 9││ never
//	                                  └────┴────┴────┴────┴────┴────┴──┴┘ read
//	                                    units: rows, sum, first, when read
//
//	1 plan   a small look-back: everything is read again
//	         a large one: · what is unread, or holds strays (plan.go)
//	                      · what was read longest ago, a share (refresh.go)
//	                      · what does not count up to its number: a span that
//	                        does is done with one question, any other is
//	                        halved until it fits a page (counting.go)
//	         always:      · the last hour before Since (Options.Overlap), and
//	                        what follows it
//	2 read   the marked spans, oldest first, in stretches that fit a page
//	         (cut.go); each is entered into the ledger, which gives a Batch:
//	         what to write (absorb.go), and the Bookmark behind it
//	3 reread units larger than a stretch that turned out to differ (weigh.go)
//	4 close  units leave that were read at an age of at least Lookback, when
//	         everything that is promised had arrived (ledger.go)
//
// A run may be killed between any two steps. The next one starts from any
// bookmark that was given, writes some rows again, and misses none. A pause
// longer than the look-back loses nothing: units do not leave by the calendar,
// but only after they were read at that age.
//
// # Bounds
//
// Not every API documents whether it answers rows that lie exactly on its start
// and end parameters. To a read it makes no difference: it asks for a second more
// and keeps what lies in the span. A count gives a number only. So the expected
// number is corrected by the rows known to lie exactly on the two ends. This is
// why a unit remembers the rows on its first instant.
//
//	asked           start answers its rows   rows counted over units i … j-1
//	[start, end)    yes, end no              rows
//	[start, end]    yes, end yes             rows + first(j)
//	(start, end)    no,  end no              rows - first(i)
//	(start, end]    no,  end yes             rows - first(i) + first(j)
//
// An exclusive start hides a row that arrives exactly on it from every count
// that starts there. So such counts begin one unit earlier. The first unit of
// each counted gap has none before it, and is read. While nobody knows how a
// bound is read, the worse reading is assumed. Once rows lie on an instant where
// the two readings differ, the run wants to AskBounds with exactly those rows.
// The answer stays in the bookmark.
//
// # Strays
//
// A stray is a row without a clock, or whose clock lies outside of the span it
// was answered for. It is counted to the first unit of its stretch, and marks
// that unit. The API may count the row elsewhere, and a number that is off by one
// could hide a late row for ever. So units with strays are not counted, but read
// in every run.
package ledger
