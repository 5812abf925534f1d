// Package ledger knows which stretches of server time are complete, what each
// unit of it held, and what a run therefore has to read and to write. It knows
// no API, no HTTP and no JSON, and calls nobody: the caller asks a Run for its
// next Step, reads or counts a span of time, and enters what came of it.
//
// # The promise
//
// A row that arrives within Lookback of its session is in the warehouse after
// the next run that ends well, and so is a row that changed. In a look-back of
// more rows than Reread (five pages), a change, or a row hidden by a removal,
// may take Refresh. Its edges:
//
//   - What the API removes stays in the warehouse.
//   - A row counts as arrived when every replica answers it. Of two runs less
//     than the replicas' lag apart, the second one may miss what the first one
//     would have seen.
//   - A single second that is larger than a page and does not stand still
//     while it is paged (Stretch.Shaky) may take one more run.
//   - A row that changed, was written by a run that was killed before its
//     bookmark was kept, and changed back before the next run, stays as written.
//   - After another connector's bookmark, or a ledger that cannot be read, the
//     promise holds for what is within Lookback of that bookmark.
//
// # The invariant
//
// A listed unit describes exactly the rows that were last written for it:
// their number, and the order-free sum of their hashes. So one rule does all
// the writing: a unit that was read is written if its rows or its sum differ
// from what is listed, else not. And a bookmark is safe once the rows of its
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
//	                        halved until it fits a page (lookback.go)
//	         always:      · the last hour before Since, and what follows it
//	2 read   the marked spans, oldest first, in stretches that fit a page
//	         (cut.go); each is entered into the ledger, which gives a Batch:
//	         what to write (absorb.go), and the Bookmark behind it
//	3 again  units larger than a stretch that turned out to differ (weigh.go)
//	4 close  units leave that were read at an age of at least Lookback, when
//	         everything that is promised had arrived (ledger.go)
//
// A run may be killed between any two steps. The next one starts from any
// bookmark that was given, writes some rows again, and misses none. A pause
// longer than the look-back loses nothing, because units leave only after
// they were read at that age, not by the calendar.
//
// # Bounds
//
// Whether the API answers rows exactly on its start and end parameters is not
// documented for every API. Whoever reads does not care: it asks a second more
// and keeps what lies in the span. Whoever counts gets a number only, so the
// number expected is corrected by the rows known to lie exactly on the two ends:
// this is why a unit remembers the rows on its first instant.
//
//	asked           start answers its rows   rows counted over units i … j-1
//	[start, end)    yes, end no              rows
//	[start, end]    yes, end yes             rows + first(j)
//	(start, end)    no,  end no              rows - first(i)
//	(start, end]    no,  end yes             rows - first(i) + first(j)
//
// An exclusive start hides a row that arrives exactly on it from every count
// that starts there. So such counts begin one unit earlier, and the first unit
// of each counted gap, which has none before it, is read. While a reading is
// unknown it is taken to be the worse one; once rows lie on an instant where
// the two readings differ, the run wants to Ask with exactly those rows, and the
// answer stays in the bookmark.
//
// # Strays
//
// A row without a clock, or whose clock lies outside of the span it was
// answered for, is counted to the first unit of its stretch and marks it as
// holding strays: the API may count the row elsewhere, and a number that is
// off by one could hide a late row for ever. Units with strays are read in
// every run instead.
package ledger
