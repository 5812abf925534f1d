package schemas

// number reads a number, or anything else that begins like one, and returns it as
// it is written.
func (p *parser) number() (string, error) {
	p.peek()
	start, digits := p.at, false
	for ; p.at < len(p.text); p.at++ {
		c := p.text[p.at]
		if !wordByte(c) && c != '+' && c != '-' && c != '.' {
			break
		}
		digits = digits || digit(c)
	}
	if !digits || wordStart(p.text[start]) {
		p.at = start
		return "", p.fault("no number")
	}
	return p.text[start:p.at], nil
}

// list reads a literal in brackets or parentheses and returns it as it is
// written. It counts the brackets and steps over quotes.
func (p *parser) list() (string, error) {
	start, depth := p.at, 0
	for p.at < len(p.text) {
		switch p.text[p.at] {
		case '[', '(':
			depth++
		case ']', ')':
			if depth--; depth == 0 {
				p.at++
				return p.text[start:p.at], nil
			}
		case '\'', '`':
			if _, err := p.quoted(); err != nil {
				return "", err
			}
			continue
		}
		p.at++
	}
	p.at = start
	return "", p.fault("a list that is not closed")
}
