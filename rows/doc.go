// Package rows turns the answers of a ClickHouse-style JSON API into rows as
// bytes. It knows JSON and a plan per column; it knows no API.
package rows
