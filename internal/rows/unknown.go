package rows

// unknown counts the members of rows that the plan does not name. Names keep their
// numbers from answer to answer: a layout remembers them.
type unknown struct {
	numbers map[string]int
	names   []string
	counts  []int
}

// manyNames is how many names are kept from answer to answer.
const manyNames = 1024

// start sets all counts to 0. It reports true if names lost their numbers.
func (u *unknown) start() bool {
	clear(u.counts)
	if len(u.names) <= manyNames {
		return false
	}
	*u = unknown{}
	return true
}

// number finds or gives the number of a name.
func (u *unknown) number(name []byte) int {
	if n, ok := u.numbers[string(name)]; ok {
		return n
	}
	if u.numbers == nil {
		u.numbers = map[string]int{}
	}
	n := len(u.names)
	u.names = append(u.names, string(name))
	u.counts = append(u.counts, 0)
	u.numbers[u.names[n]] = n
	return n
}

// counted returns the names that occurred, nil if none did.
func (u *unknown) counted() (all map[string]int) {
	for i, n := range u.counts {
		if n == 0 {
			continue
		}
		if all == nil {
			all = map[string]int{}
		}
		all[u.names[i]] = n
	}
	return all
}
