//go:build linux

package main

import (
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestPageJudgesAsTheTableDoes: each figure of docs/performance.md stands on the
// side of its gate that the page says.
func TestPageJudgesAsTheTableDoes(t *testing.T) {
	page, err := os.ReadFile("../docs/performance.md")
	require.NoError(t, err)
	_, text, found := strings.Cut(string(page), "```\nfigure")
	require.True(t, found)
	text, _, _ = strings.Cut(text, "```")
	row := regexp.MustCompile(`(?m)^(\S.*?|  \S.*?)  +([\d.]+)( \S+)? +(aim )?([≤≥]) ([\d.]+) +(ok|above|MISSED)$`)
	rows := row.FindAllStringSubmatch(text, -1)
	require.Len(t, rows, strings.Count(text, "≤")+strings.Count(text, "≥"), "a line is not understood")
	var printed table
	for _, r := range rows {
		measured, err := strconv.ParseFloat(r[2], 64)
		require.NoError(t, err)
		gate, err := strconv.ParseFloat(r[6], 64)
		require.NoError(t, err)
		switch {
		case r[4] != "":
			printed.aim(r[1], measured, gate)
		case r[5] == "≤":
			printed.most(r[1], measured, gate)
		default:
			printed.least(r[1], measured, gate)
		}
		require.Equal(t, printed.lines[len(printed.lines)-1].verdict, r[7], r[0])
	}
	require.Zero(t, printed.missed, "the page shows a missed gate")
}
