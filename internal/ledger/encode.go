package ledger

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// MaxEncoded is the size in bytes that Bookmark.Ledger never exceeds, however
// large the account is: 12 KB.
const MaxEncoded = 12_000

// version is the form that encode writes. A ledger is "<version>.<body>". The
// body is the Seal of
//
//	from, to-from, lookback   varint, uvarints; seconds
//	filter                    8 bytes
//	bounds                    1 byte: start, end << 4
//	units, their width        uvarints; the width in seconds
//	each unit, see appendUnit
const version = 1

var (
	errNewer   = errors.New("ledger of a newer version")
	errDamaged = errors.New("damaged ledger")
)

// encode writes l as one string. What would exceed MaxEncoded is written
// coarser than it is.
func (l *ledger) encode() string {
	for {
		s := strconv.Itoa(version) + "." + Seal(l.append(nil))
		if len(s) <= MaxEncoded || len(l.units) < 2 {
			return s
		}
		coarse := *l
		coarse.units = append([]unit{}, l.units...)
		coarse.squeeze(len(l.units) * 19 / 20)
		l = &coarse
	}
}

func (l *ledger) append(b []byte) []byte {
	b = binary.AppendVarint(b, l.from/Second)
	b = binary.AppendUvarint(b, uint64((l.to-l.from)/Second))
	b = binary.AppendUvarint(b, uint64(l.lookback/Second))
	b = binary.LittleEndian.AppendUint64(b, l.filter)
	b = append(b, byte(l.bounds.Start)|byte(l.bounds.End)<<4)
	b = binary.AppendUvarint(b, uint64(len(l.units)))
	b = binary.AppendUvarint(b, uint64((l.to-l.floor())/Second))
	read := int64(0)
	for i, u := range l.units {
		b = appendUnit(b, u, (l.end(i)-u.from)/Second, u.read-read)
		if u.kind == listed {
			read = u.read
		}
	}
	return b
}

// appendUnit writes the width with three bits for kind and stray and one that
// says whether it is in seconds or whole hours, so that most take one byte.
// Listed units go on with rows, first, the hours since the unit before was
// read, and six bytes of sum unless they are empty.
func appendUnit(b []byte, u unit, width, read int64) []byte {
	head := uint64(width) << 1
	if width%3600 == 0 {
		head = uint64(width/3600)<<1 | 1
	}
	head = head<<3 | uint64(u.kind)<<1
	if u.stray {
		head |= 1
	}
	b = binary.AppendUvarint(b, head)
	if u.kind != listed {
		return b
	}
	b = binary.AppendUvarint(b, uint64(u.rows))
	b = binary.AppendVarint(b, read)
	if u.rows == 0 {
		return b
	}
	b = binary.AppendUvarint(b, uint64(u.first))
	return append(b, byte(u.sum), byte(u.sum>>8), byte(u.sum>>16), byte(u.sum>>24), byte(u.sum>>32), byte(u.sum>>40))
}

// decode reads what encode wrote. Any other string is errNewer or errDamaged.
func decode(s string) (*ledger, error) {
	v, body, found := strings.Cut(s, ".")
	n, err := strconv.ParseUint(v, 10, 16)
	if err != nil || !found || n == 0 {
		return nil, errDamaged
	}
	if n > version {
		return nil, fmt.Errorf("version %d: %w", n, errNewer)
	}
	b, ok := Unseal(body)
	if !ok {
		return nil, errDamaged
	}
	d := decoder{b: b}
	l := d.ledger()
	if d.bad || len(d.b) > 0 {
		return nil, errDamaged
	}
	return l, nil
}
