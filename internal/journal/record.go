package journal

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Record is an entry as the history has it.
type Record struct {
	Seq  int64     // 1 for the first, without a gap
	Time time.Time // when it was recorded, by the clock of that machine, in UTC
	plan.Entry
	Prev, Sum Sum
	content   []byte // the entry as it is stored and summed
}

// Sum is a link of the chain.
type Sum [sha256.Size]byte

// String is the sum in hexadecimal digits.
func (s Sum) String() string { return hex.EncodeToString(s[:]) }

// Head is a place in the chain: the number of a record, and its sum. Kept elsewhere, it pins the record
// and all before it. The zero Head is none.
type Head struct {
	Seq int64
	Sum Sum
}

// String is the head as ParseHead reads it: 12:6f1c….
func (h Head) String() string { return fmt.Sprintf("%d:%s", h.Seq, h.Sum) }

// ParseHead reads what String wrote.
func ParseHead(text string) (Head, error) {
	seq, sum, found := strings.Cut(text, ":")
	n, err := strconv.ParseInt(seq, 10, 64)
	h := Head{Seq: n}
	digits, wrong := hex.DecodeString(sum)
	if !found || err != nil || wrong != nil || n < 1 || len(digits) != len(h.Sum) {
		return Head{}, fmt.Errorf("%q is not a record's number and sum, such as 12:6f1c… with 64 digits", text)
	}
	copy(h.Sum[:], digits)
	return h, nil
}

// seal says whose journal it is. The chain stands on its digest.
type seal struct {
	Account tenancy.AccountID `json:"account"`
	Store   tenancy.StoreID   `json:"identity_store"`
	Micros  int64             `json:"born"` // since 1970
	ID      string            `json:"id"`   // so that no two journals are one
}

func newSeal(spec Spec) seal {
	return seal{spec.Account, spec.Store, time.Now().UnixMicro(), rand.Text()}
}

func (s seal) born() time.Time { return time.UnixMicro(s.Micros).UTC() }

// root is what the first record stands on.
func (s seal) root() Head {
	data, err := json.Marshal(s)
	if err != nil {
		panic("journal: seal: " + err.Error()) // strings and a number
	}
	return Head{0, sha256.Sum256(append([]byte("tenantry.journal/1\n"), data...))}
}

// encode is the canonical form of an entry: JSON, its fields in the order of the type and those without
// a value left out. What is summed is what is stored, so a record can be verified by a tenantry that
// knows other fields.
func encode(e plan.Entry) ([]byte, error) {
	if e.What == "" {
		return nil, errors.New("an entry tells of nothing")
	}
	e.Text = cut(e.Text)
	return json.Marshal(e)
}

func cut(text string) string {
	if len(text) <= longestText {
		return text
	}
	end := longestText
	for !utf8.RuneStart(text[end]) && end > longestText-utf8.UTFMax {
		end--
	}
	return text[:end] + "…"
}

// link makes records of entries, behind the newest.
func link(newest Head, now time.Time, entries []plan.Entry, contents [][]byte) []Record {
	now = now.UTC().Truncate(time.Microsecond)
	records := make([]Record, len(entries))
	for i, e := range entries {
		e.Text = cut(e.Text)
		r := Record{Seq: newest.Seq + 1, Time: now, Entry: e, Prev: newest.Sum, content: contents[i]}
		r.Sum = r.sum()
		newest = Head{r.Seq, r.Sum}
		records[i] = r
	}
	return records
}

// sum is what the record's sum has to be. The parts before the content are of one length, so no two
// records are one text.
func (r *Record) sum() Sum {
	data := append([]byte("tenantry.record/1\n"), r.Prev[:]...)
	data = binary.BigEndian.AppendUint64(data, uint64(r.Seq))
	data = binary.BigEndian.AppendUint64(data, uint64(r.Time.UnixMicro()))
	return sha256.Sum256(append(data, r.content...))
}
