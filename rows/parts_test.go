package rows

import (
	"bytes"
	"testing"

	"github.com/cespare/xxhash/v2"
)

func BenchmarkParts(b *testing.B) {
	for _, layoutName := range layouts {
		page := append(benchPage(layoutName), make([]byte, padding)...)
		plan, _ := benchPlan(nil)
		g := compile(plan)
		i0 := bytes.Index(page, []byte(`"data"`))
		i0 += bytes.IndexByte(page[i0:], '[')
		b.Run("scan/"+layoutName, func(b *testing.B) {
			l := &layout{}
			benchmark(b, layoutName, func([]byte) {
				l.start(g)
				i := i0
				for n := 0; n < benchRows; n++ {
					i = skipBlanks(page, i+1)
					i, _ = l.scan(page, i)
					i = skipBlanks(page, i)
				}
			})
		})
		b.Run("skip/"+layoutName, func(b *testing.B) {
			benchmark(b, layoutName, func([]byte) {
				i := i0
				for n := 0; n < benchRows; n++ {
					i = skipBlanks(page, i+1)
					i, _ = scanValue(page, i, 512)
					i = skipBlanks(page, i)
				}
			})
		})
		b.Run("write/"+layoutName, func(b *testing.B) {
			l := &layout{}
			e := &emitter{}
			p := &Page{}
			l.start(g)
			i := skipBlanks(page, i0+1)
			l.scan(page, i)
			i, _ = l.scan(page, i)
			buf := make([]byte, 0, 4096)
			e.start(g, p)
			benchmark(b, layoutName, func([]byte) {
				for n := 0; n < benchRows; n++ {
					buf = e.write(buf[:0], page, l)
				}
			})
		})
		b.Run("sum/"+layoutName, func(b *testing.B) {
			l := &layout{}
			e := &emitter{}
			p := &Page{}
			l.start(g)
			i := skipBlanks(page, i0+1)
			l.scan(page, i)
			i, _ = l.scan(page, i)
			e.start(g, p)
			buf := e.write(nil, page, l)
			benchmark(b, layoutName, func([]byte) {
				for n := 0; n < benchRows; n++ {
					e.sum(buf)
				}
			})
		})
		b.Run("hash/"+layoutName, func(b *testing.B) {
			buf := page[5000:5600]
			benchmark(b, layoutName, func([]byte) {
				for n := 0; n < benchRows; n++ {
					xxhash.Sum64(buf)
				}
			})
		})
	}
}
