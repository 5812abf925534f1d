package emulator

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
)

// A Viewer is who watched. Every field may be empty.
type Viewer struct {
	Param   string // URL param u
	Email   string // from the welcome form
	User    string // signed-in user
	Name    string
	Company string
	Staff   bool // works at Reprise: its sessions are left out of metrics only
}

type viewer struct {
	param, welcome, user, name, company string
	staff                               bool
	key                                 string // visitor_key
}

func (v Viewer) viewer() *viewer {
	w := &viewer{param: v.Param, welcome: v.Email, user: v.User, name: v.Name, company: v.Company, staff: v.Staff}
	sum := sha256.Sum256([]byte("visitor_key\x00" + w.identity()))
	w.key = hex.EncodeToString(sum[:16])
	return w
}

// identity tells viewers apart, "" for one who left nothing.
//
// Source: Reprise Data API, section 4 "replay_metrics", distinct_views.
func (v *viewer) identity() string { return cmp.Or(v.param, v.welcome, v.user, v.name) }

// contact is what the viewer column of replicate_session_activity holds: an
// e-mail address or an IP address.
func (v *viewer) contact() string {
	if v.welcome != "" {
		return v.welcome
	}
	return "203.0.113." + number(int(v.key[0])+int(v.key[1]))
}
