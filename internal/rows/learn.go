package rows

// forget drops all steps.
func (l *layout) forget() {
	l.steps, l.twice, l.strange, l.ordered = l.steps[:0], false, false, false
	for i := range l.place {
		l.place[i] = -1
	}
}

// unsee drops the values that an earlier row had at the steps from next on.
func (l *layout) unsee(next int) {
	for i := range l.steps[next:] {
		l.extents[l.steps[next+i].slot] = extent{}
	}
}

// behind is the step to expect after the value of column, which was not predicted.
// It is never the first step, which has no comma. Where the layout learns, the
// column becomes a step, and before are the bytes before its value.
func (l *layout) behind(column, next int, before []byte) int {
	switch {
	case l.learn:
		l.note(column, before)
		return len(l.steps)
	case column >= 0 && l.place[column] >= 0:
		return l.place[column] + 1
	}
	return max(next, 1)
}

// note adds a step.
func (l *layout) note(column int, before []byte) {
	s := newStep(before, column)
	if column < 0 {
		s.slot, l.strange = len(l.extents)-1, true
	} else {
		l.twice = l.twice || l.place[column] >= 0
		l.place[column] = len(l.steps)
		s.joined = l.program.keys[column] == string(before)
	}
	l.steps = append(l.steps, s)
}

// learned ends a row that was as predicted for the first steps only, as many as
// before says. It returns true.
func (l *layout) learned(before int) bool {
	l.count(l.steps[:before])
	for _, n := range l.strangers {
		l.unknown.counts[n]++
	}
	switch {
	case l.learn && l.twice:
		l.forget()
		l.learn = false
	case l.learn:
		l.learn = false
		l.settle()
	case l.budget > 0:
		l.learn = true
		l.budget--
	}
	return true
}

// settle decides how rows with the steps can be transcribed.
func (l *layout) settle() {
	g, n := l.program, 0
	for i := range l.steps {
		s := &l.steps[i]
		s.way, s.written = passed, nil
		if s.column < 0 {
			continue
		}
		if g.columns[s.column].Drop {
			if g.noted[s.column] {
				s.way = valued
			}
			continue
		}
		if n == len(g.written) || g.written[n].column != s.column {
			return
		}
		s.way, s.written = g.way(n), &g.written[n]
		n++
	}
	l.ordered = n == len(g.written)
	l.sure = l.ordered
}

// count counts the strangers of steps.
func (l *layout) count(steps []step) {
	if !l.strange {
		return
	}
	for i := range steps {
		if n := ^steps[i].column; n >= 0 {
			l.unknown.counts[n]++
		}
	}
}
