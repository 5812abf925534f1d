package tap

import (
	"bytes"
	"context"
	"log/slog"
	"slices"
	"strings"

	"tap-reprise/internal/object"
)

// An Owned source knows whose data it reads, so that no run goes on from the
// state of another account.
type Owned interface {
	// Account identifies the account by a text of letters and digits, a hash:
	// the same in every run, whatever key or token opens it, and different for
	// any other account. It is empty where nobody knows. remembered is
	// what a state says; a source looks twice before it contradicts.
	Account(ctx context.Context, remembered []string) string
}

// accountKey is the member that the hub adds to each bookmark it writes. It is
// in the bookmark, not beside: that is all that loaders and platforms are sure
// to hand back.
const accountKey = "account"

// accountIn is the account that a bookmark remembers, or "".
func accountIn(b Bookmark) string {
	if !bytes.Contains(b, []byte(`"`+accountKey+`":`)) {
		return ""
	}
	list, err := object.Members(b)
	for _, m := range list {
		if err == nil && m.Name == accountKey && object.KindOf(m.Value) == "text" {
			return strings.Trim(string(m.Value), `"`)
		}
	}
	return ""
}

// Remember is b, which takes the place of old, with an account in it: the given one
// or, where that is "", the one that old has.
func Remember(b, old Bookmark, account string) Bookmark {
	if account == "" {
		account = accountIn(old)
	}
	if account == "" || accountIn(b) == account {
		return b
	}
	list, err := object.Members(b)
	if err != nil {
		return b // CheckBookmark has passed it
	}
	list = slices.DeleteFunc(list, func(m object.Member) bool { return m.Name == accountKey })
	return object.AppendObject(nil, append(list, object.Member{Name: accountKey, Value: object.Encode(account)}))
}

// Settle asks source whose data it reads. If a bookmark of the given streams is
// known to be of another account, it takes out each that is not known to be of this
// one. It reports whether that was so.
func (m *Bookmarks) Settle(ctx context.Context, source Source, streams []Stream) bool {
	owned, ok := source.(Owned)
	if !ok {
		return false
	}
	marks := m.of(streams)
	var remembered []string
	for _, mark := range marks {
		if account := accountIn(mark.Value); account != "" && !slices.Contains(remembered, account) {
			remembered = append(remembered, account)
		}
	}
	m.Account = owned.Account(ctx, remembered)
	if m.Account == "" || !slices.ContainsFunc(remembered, func(a string) bool { return a != m.Account }) {
		return false
	}
	for _, mark := range marks {
		if accountIn(mark.Value) != m.Account {
			mark.Value = Bookmark("null") // merging stores cannot remove a key
		}
	}
	return true
}

// of are the bookmarks of streams, under any of their names.
func (m *Bookmarks) of(streams []Stream) (list []*object.Member) {
	for i := range m.marks {
		mark := &m.marks[i]
		if slices.ContainsFunc(streams, func(s Stream) bool { return s.Name == mark.Name || slices.Contains(s.Aliases, mark.Name) }) {
			list = append(list, mark)
		}
	}
	return list
}

// WarnOther says that the bookmarks are another account's, and what is left of
// them: a run that was cut short may have begun this account's.
func (m *Bookmarks) WarnOther(streams []Stream, log *slog.Logger) {
	var kept []string
	for _, s := range streams {
		if m.Of(s) != nil {
			kept = append(kept, s.Name)
		}
	}
	if len(kept) == 0 {
		log.Warn("the state belongs to another account than the API key: every stream starts over")
		return
	}
	log.Warn("a part of the state belongs to another account than the API key: its streams start over", "kept", strings.Join(kept, ", "))
}
