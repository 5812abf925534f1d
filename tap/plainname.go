package tap

import "regexp"

var plainName = regexp.MustCompile(`^[a-z_][a-z0-9_]{0,62}$`)

// PlainName reports whether every loader takes name as it is for a table or a
// column. A loader may rename or refuse one with capitals, with signs other than
// the underscore, or of more than 63 characters.
func PlainName(name string) bool { return plainName.MatchString(name) }
