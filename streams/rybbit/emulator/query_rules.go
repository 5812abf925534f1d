package emulator

import (
	"regexp"
	"strings"
)

// What a statement may not hold
//
// Source: recorded (current-sql-refused) and code. That names in quotes are
// refused was run; the words for it are assumed.

var (
	forbiddenWords = strings.Fields("ALTER ATTACH BACKUP CREATE DELETE DESCRIBE DETACH DROP EXCHANGE EXPLAIN FORMAT GRANT INSERT " +
		"KILL OPTIMIZE RENAME RESTORE REVOKE SET SETTINGS SHOW SYSTEM TRUNCATE USE WATCH")
	forbiddenCalls = strings.Fields("azureBlobStorage cluster cosn executable file format generateRandom hdfs input jdbc merge " +
		"mongodb mysql numbers odbc postgresql remote s3 s3Cluster url")

	textInQuotes = regexp.MustCompile(`'(?:[^'\\]|\\.|'')*'`)
	comments     = regexp.MustCompile(`(?s)--[^\n]*|/\*.*?\*/`)
	reads        = regexp.MustCompile(`(?i)\b(?:FROM|JOIN)\s+([a-zA-Z_][a-zA-Z0-9_.]*)`)
	twoTables    = regexp.MustCompile(`(?i)\bFROM\s+[a-zA-Z_][a-zA-Z0-9_]*\s*,`)
	begins       = regexp.MustCompile(`(?i)^(SELECT|WITH)\b`)
)

// forbidden are the server's words for a rule that a statement breaks; "" if it
// breaks none.
func forbidden(statement string) string {
	plain := strings.TrimRight(strings.TrimSpace(statement), ";")
	plain = strings.TrimSpace(comments.ReplaceAllString(textInQuotes.ReplaceAllString(plain, " "), " "))
	switch {
	case !begins.MatchString(plain):
		return "Only SELECT queries are allowed"
	case strings.Contains(plain, ";"):
		return "Only one SQL statement is allowed"
	case strings.ContainsAny(plain, "\"`"):
		return "Quoted identifiers are not allowed in custom analytics queries"
	}
	for _, word := range forbiddenWords {
		if regexp.MustCompile(`(?i)\b` + word + `\b`).MatchString(plain) {
			return word + " is not allowed in custom analytics queries"
		}
	}
	for _, name := range forbiddenCalls {
		if regexp.MustCompile(`(?i)\b` + name + `\s*\(`).MatchString(plain) {
			return name + "() is not allowed in custom analytics queries"
		}
	}
	tables := reads.FindAllStringSubmatch(plain, -1)
	for _, table := range tables {
		if !strings.EqualFold(table[1], "scoped_events") {
			return "Queries can only read from scoped_events"
		}
	}
	if twoTables.MatchString(plain) {
		return "Queries can only read from scoped_events"
	}
	if len(tables) == 0 {
		return "Query must read from scoped_events"
	}
	return ""
}
