package ledger
import ("testing";"fmt")
func TestDbg(t *testing.T) {
	h := newHistory(120)
	tr := newTrial(h)
	for _, d := range h.deeds[:28] {
		err := tr.play(history{seed: h.seed, deeds: []deed{d}})
		l, _ := decode(tr.mark.Ledger)
		fmt.Println(d, stamp(tr.w.now), err)
		if l != nil { fmt.Println("   ", stamp(l.from), stamp(l.to), hours(l.lookback), len(l.units), stamp(l.floor()), hours(tr.set.Lookback)) }
		for _, h := range tr.w.rows { if h.id == 163 { fmt.Println("   arrived", stamp(h.arrived)) } }
	}
}
