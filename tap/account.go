package tap

import (
	"bytes"
	"context"
	"log/slog"
	"slices"
	"strings"

	"tap-reprise/internal/object"
)

// An Owned source can tell whose data it reads, so that a state of one account
// is never gone on from with the key of another.
type Owned interface {
	// Account identifies the account by a text of letters and digits, a hash:
	// the same in every run, whatever key or token opens it, and different for
	// any other account. It is empty where that cannot be told. remembered is
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

// remember is b, which takes the place of old, with its account: the given one
// or, where that is not known, the one that old has.
func remember(b, old Bookmark, account string) Bookmark {
	if account == "" {
		account = accountIn(old)
	}
	if account == "" || accountIn(b) == account {
		return b
	}
	list, err := object.Members(b)
	if err != nil {
		return b // checkBookmark has passed it
	}
	list = slices.DeleteFunc(list, func(m object.Member) bool { return m.Name == accountKey })
	return object.AppendObject(nil, append(list, object.Member{Name: accountKey, Value: object.Encode(account)}))
}

// settle asks source whose data it reads, and takes every bookmark of the given
// streams out of the state that is not known to be of that account, if any is
// known to be of another. It reports whether that was so.
func (t *state) settle(ctx context.Context, source Source, streams []Stream) bool {
	owned, ok := source.(Owned)
	if !ok {
		return false
	}
	marks := t.of(streams)
	var remembered []string
	for _, m := range marks {
		if account := accountIn(m.Value); account != "" && !slices.Contains(remembered, account) {
			remembered = append(remembered, account)
		}
	}
	t.account = owned.Account(ctx, remembered)
	if t.account == "" || !slices.ContainsFunc(remembered, func(a string) bool { return a != t.account }) {
		return false
	}
	for _, m := range marks {
		if accountIn(m.Value) != t.account {
			m.Value = Bookmark("null") // merging stores cannot remove a key
		}
	}
	return true
}

// of are the bookmarks of streams, under any of their names.
func (t *state) of(streams []Stream) (list []*object.Member) {
	for i := range t.marks {
		m := &t.marks[i]
		if slices.ContainsFunc(streams, func(s Stream) bool { return s.Name == m.Name || slices.Contains(s.Aliases, m.Name) }) {
			list = append(list, m)
		}
	}
	return list
}

// warnOther says that the state is another account's, and of what is left of it:
// a run that was cut short may have begun this account's.
func (t *state) warnOther(streams []Stream, log *slog.Logger) {
	var kept []string
	for _, s := range streams {
		if t.bookmark(s) != nil {
			kept = append(kept, s.Name)
		}
	}
	if len(kept) == 0 {
		log.Warn("the state belongs to another account than the API key: every stream starts over")
		return
	}
	log.Warn("a part of the state belongs to another account than the API key: its streams start over", "kept", strings.Join(kept, ", "))
}
