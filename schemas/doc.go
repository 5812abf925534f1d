// Package schemas knows types: what the type names in an answer's meta mean as
// JSON Schema, and what the columns of the known streams are.
//
//	"Array(Nullable(String))" ── Parse ──► Node ── FromMeta ──► Type
//	reprise/<stream>.json     ── Builtin ─────────────────────► Table
//
// Type names are ClickHouse's, as its FORMAT JSON prints them. The one rule:
// a Type promises nothing about a value that a setting of the server could
// change. Integers of 64 bits, for instance, come bare or quoted; a column of
// them is put right on its way, but an array of them leaves as it came, and so
// it is an array whose items are not described.
//
// The package imports nothing of this module.
package schemas
