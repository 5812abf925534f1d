// Package simulation runs the tap for weeks of server time against a local
// account that does everything the API may do, and holds it to its promise
// after every run. It is tests alone; nothing of it is part of the tap.
//
//	life ──► emulator.Account: every row with the moment it arrives
//	             │                        │
//	             ▼                        ▼
//	  server: faults, lags,        oracle: the same account,
//	  caches, caps, dialects       undisturbed, at any moment
//	             │                        │
//	  cli.Main, killed at any byte        │
//	             │                        │
//	  warehouse: merged by key ◄─────► promise
//
// The promise: after a run that exits 0, a row that was visible when the run
// began, and that arrived within lookback_days of its session, is in the
// warehouse with its present values. In a look-back of more than five pages,
// other values, or a row hidden by a removal, may take refresh_days.
//
// Beside the tap runs the loop that the vendor's page documents (Reprise Data
// API, sections 3 and 6), on the same account, schedule and faults.
//
// By default the tests take seconds. With -full they take 45 days of hourly
// and daily runs of every setup; with -seed other accounts.
package simulation
