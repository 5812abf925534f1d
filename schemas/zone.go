package schemas

import (
	"strings"
	"time"

	// Images that hold nothing but the binary have no time zones of their own.
	_ "time/tzdata"
)

// zone finds the time zone that ClickHouse calls name: one of the IANA
// database, or a fixed offset such as Fixed/UTC+05:30:00. The empty name is
// the server's own zone, nil.
func zone(name string) (*time.Location, bool) {
	switch {
	case name == "":
		return nil, true
	case name == "Local": // to Go this is the zone of whoever runs the program
		return nil, false
	case strings.HasPrefix(name, "Fixed/UTC"):
		return fixedZone(name)
	}
	location, err := time.LoadLocation(name)
	return location, err == nil
}

func fixedZone(name string) (*time.Location, bool) {
	t, err := time.Parse("-07:00:00", strings.TrimPrefix(name, "Fixed/UTC"))
	if err != nil {
		return nil, false
	}
	_, offset := t.Zone()
	return time.FixedZone(name, offset), true
}
