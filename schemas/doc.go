// Package schemas knows types: what the type names in an answer's meta mean as
// JSON Schema, and what the columns of the known streams are.
//
//	"Array(Nullable(String))" ── Parse ──► Node ── FromMeta ──► Type
//	<system>/<stream>.json    ── Read ────────────────────────► Table
//
// Type names are ClickHouse's, as its FORMAT JSON prints them. The one rule:
// a Type promises nothing about a value that a setting of the server could
// change. Integers of 64 bits, for instance, come bare or quoted. A column of
// them is put right on its way, but an array of them leaves as it came: so its
// Type is an array whose items are not described.
//
// A system's tables are files, not code: to add one, put a folder beside the
// others.
package schemas
