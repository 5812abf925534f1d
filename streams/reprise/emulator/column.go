package emulator

// A column of a pipe: R is what a row is printed from.
type column[R any] struct {
	name, typ string
	value     func(p printer, b []byte, r *R) []byte
}

// bind makes the columns print whatever row is in r.
func bind[R any](columns []column[R], p printer, r *R) []cell {
	cells := make([]cell, len(columns))
	for i, c := range columns {
		cells[i] = cell{c.name, p.typeName(c.typ), func(b []byte) []byte { return c.value(p, b, r) }}
	}
	return cells
}

// Kinds of column, by how ClickHouse stores and prints them.

func textColumn[R any](name string, value func(*R) string) column[R] {
	return column[R]{name, "String", func(p printer, b []byte, r *R) []byte { return p.text(b, value(r)) }}
}

// optional is null where value is empty.
func optional[R any](name string, value func(*R) string) column[R] {
	return column[R]{name, "Nullable(String)", func(p printer, b []byte, r *R) []byte { return p.nullable(b, value(r)) }}
}

func bigColumn[R any](name string, value func(*R) uint64) column[R] {
	return column[R]{name, "UInt64", func(p printer, b []byte, r *R) []byte { return p.big(b, value(r)) }}
}

func floatColumn[R any](name string, value func(*R) float64) column[R] {
	return column[R]{name, "Float64", func(p printer, b []byte, r *R) []byte { return p.float(b, value(r)) }}
}

func boolColumn[R any](name string, value func(*R) bool) column[R] {
	return column[R]{name, "Bool", func(p printer, b []byte, r *R) []byte { return p.boolean(b, value(r)) }}
}

// bitColumn is a truth value kept as a number.
func bitColumn[R any](name string, value func(*R) bool) column[R] {
	return column[R]{name, "UInt8", func(p printer, b []byte, r *R) []byte { return p.bit(b, value(r)) }}
}

// clockColumn is a session's clock; its type is the dialect's.
func clockColumn[R any](name string, value func(*R) int64) column[R] {
	return column[R]{name, clockType, func(p printer, b []byte, r *R) []byte { return p.clock(b, value(r)) }}
}

func secondColumn[R any](name string, value func(*R) int64) column[R] {
	return column[R]{name, secondType, func(p printer, b []byte, r *R) []byte { return p.second(b, value(r)) }}
}

func milliColumn[R any](name string, value func(*R) int64) column[R] {
	return column[R]{name, milliType, func(p printer, b []byte, r *R) []byte { return p.milli(b, value(r)) }}
}

// optionalMilli is null where value is never, as is optionalSecond.
func optionalMilli[R any](name string, value func(*R) int64) column[R] {
	return column[R]{name, "Nullable(" + milliType + ")", func(p printer, b []byte, r *R) []byte { return p.nullableMilli(b, value(r)) }}
}

func optionalSecond[R any](name string, value func(*R) int64) column[R] {
	return column[R]{name, "Nullable(" + secondType + ")", func(p printer, b []byte, r *R) []byte { return p.nullableSecond(b, value(r)) }}
}

// as gives a column another type name.
func (c column[R]) as(typ string) column[R] {
	c.typ = typ
	return c
}
