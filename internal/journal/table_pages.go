package journal

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/tenantry/tenantry/internal/plan"
)

// How the rows of a journal are called. The numbers are written so that they sort as numbers do.
const headKey = "head"

func pageKey(first int64) string { return fmt.Sprintf("page %020d", first) }

// What a table takes (Amazon DynamoDB Developer Guide, "Quotas": 400 KB an item, its names included; 100 actions and
// 4 MB a transaction), with room to spare for the head, the keys and the names.
const (
	pageMost   = 350 << 10 // bytes of a page as it is stored
	commitMost = 3_800_000 // bytes of all pages of one commit
	pagesMost  = 99
	rawMost    = 4 << 20 // bytes of a page's records before they are packed
	plainMost  = 4 << 10 // a page of no more is stored as it is, so that people can read it
)

// ErrTooMuch means that one call had more to record than a table takes at once.
var ErrTooMuch = errors.New("too much for one call")

// stored is a record as it is written down in a row.
type stored struct {
	Seq     int64           `json:"seq"`
	At      int64           `json:"at"` // microseconds since 1970
	Prev    []byte          `json:"prev"`
	Sum     []byte          `json:"sum"`
	Content json.RawMessage `json:"entry"`
}

func storedOf(r *Record) *stored {
	return &stored{r.Seq, r.Time.UnixMicro(), r.Prev[:], r.Sum[:], r.content}
}

// record is what was stored. A content that is no entry leaves What empty.
func (s *stored) record() Record {
	r := Record{Seq: s.Seq, Time: time.UnixMicro(s.At).UTC(), content: s.Content}
	copy(r.Prev[:], s.Prev)
	copy(r.Sum[:], s.Sum)
	if json.Unmarshal(r.content, &r.Entry) != nil {
		r.Entry = plan.Entry{}
	}
	return r
}

// pack makes pages of records, in their order. at is the youngest time of all records before them.
func pack(records []Record, at int64) ([]plan.Row, error) {
	pages, err := packed(nil, records)
	size := 0
	for i, p := range pages {
		pages[i].At = max(at, p.At)
		at, size = pages[i].At, size+len(p.Body)
	}
	switch {
	case err != nil:
		return nil, err
	case size > commitMost || len(pages) > pagesMost:
		return nil, fmt.Errorf("%w: %d records make %d KB in %d pages, and the most is %d KB in %d", ErrTooMuch, len(records), size>>10, len(pages), commitMost>>10, pagesMost)
	}
	return pages, nil
}

// packed appends pages of records. What does not fit into one is halved.
func packed(pages []plan.Row, records []Record) ([]plan.Row, error) {
	body, err := pageBody(records)
	if err != nil {
		return nil, err
	}
	if len(body) > pageMost {
		if len(records) == 1 {
			return nil, fmt.Errorf("%w: one record makes %d KB, and the most is %d KB", ErrTooMuch, len(body)>>10, pageMost>>10)
		}
		half := len(records) / 2
		if pages, err = packed(pages, records[:half]); err != nil {
			return nil, err
		}
		return packed(pages, records[half:])
	}
	last := records[len(records)-1]
	return append(pages, plan.Row{Key: pageKey(records[0].Seq), Seq: last.Seq, Sum: last.Sum[:], At: last.Time.UnixMicro(), Body: body}), nil
}

// pageBody is JSON, and compressed where it is longer than a person would read.
func pageBody(records []Record) ([]byte, error) {
	all := make([]*stored, len(records))
	for i := range records {
		all[i] = storedOf(&records[i])
	}
	raw, err := json.Marshal(all)
	if err != nil || len(raw) <= plainMost || len(raw) > rawMost {
		return raw, err
	}
	var small bytes.Buffer
	z := gzip.NewWriter(&small)
	if _, err := z.Write(raw); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return small.Bytes(), nil
}

// page is a page as it was read, with one record at least.
type page struct {
	row     plan.Row
	records []Record
}

// query reads pages, as many as one answer has.
func (t *table) query(ctx context.Context, r Range) (pages []page, more bool, err error) {
	rows, more, err := t.rows.Query(ctx, t.partition, r)
	if err != nil {
		return nil, false, err
	}
	for _, row := range rows {
		records, err := unpack(row.Body)
		if err != nil {
			return nil, false, t.damaged(fmt.Sprintf("its row %q cannot be read: %v", row.Key, err))
		}
		pages = append(pages, page{row, records})
	}
	return pages, more, nil
}

// gzipped is what compressed bodies begin with (RFC 1952, 2.3.1).
var gzipped = []byte{0x1f, 0x8b}

func unpack(body []byte) ([]Record, error) {
	if bytes.HasPrefix(body, gzipped) {
		z, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			return nil, err
		}
		if body, err = io.ReadAll(io.LimitReader(z, rawMost+1)); err != nil {
			return nil, err
		}
		if len(body) > rawMost {
			return nil, errors.New("it is larger than any page")
		}
	}
	var all []*stored
	if err := json.Unmarshal(body, &all); err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, errors.New("it has no record")
	}
	records := make([]Record, len(all))
	for i, s := range all {
		if s == nil {
			return nil, errors.New("it has a gap")
		}
		records[i] = s.record()
	}
	return records, nil
}

// pages reads the pages of some records, oldest first, until a function answers false or there are no more up to the
// last of them. It answers the number of the last record that it came to.
func (t *table) pages(ctx context.Context, first, last int64, each func(page) bool) (reached int64, err error) {
	reached = first - 1
	for first <= last {
		pages, more, err := t.query(ctx, Range{From: pageKey(first), To: pageKey(last)})
		if err != nil {
			return reached, err
		}
		for _, p := range pages {
			reached = p.row.Seq
			if !each(p) {
				return reached, nil
			}
		}
		if !more || reached < first {
			return reached, nil
		}
		first = reached + 1
	}
	return reached, nil
}
