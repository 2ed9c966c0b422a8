//go:build !tenantry.lambda

package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
)

// note is a small file beside the journal, PATH-head, with the Head that was newest when something was
// recorded last. It is written after the transaction, so what it names has been on the disk. A journal
// that lacks it was put back from a copy, or lost its write-ahead log (PATH-wal): both are whole
// databases, and a chain without its end is a chain.
//
// It is a witness and no proof: whoever takes it back together with the journal is not noticed here. One
// that is missing or cannot be read is as none, since it may be lost with the machine's power.
type note struct {
	path string
	mu   sync.Mutex
	file *os.File // once it was written
}

// read answers the zero Head for no note.
func (n *note) read() Head {
	text, _ := os.ReadFile(n.path)
	h, err := ParseHead(strings.TrimSuffix(string(text), "\n"))
	if err != nil {
		return Head{}
	}
	return h
}

// write is best effort: an older note is a true one too. Of several processes any may be the last. All
// notes are of one length and within one sector, so that one write replaces the whole.
func (n *note) write(h Head) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.file == nil {
		n.file, _ = os.OpenFile(n.path, os.O_WRONLY|os.O_CREATE, 0o600)
	}
	if n.file != nil {
		_, _ = n.file.WriteAt(fmt.Appendf(nil, "%020d:%s\n", h.Seq, h.Sum), 0)
	}
}

func (n *note) close() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.file == nil {
		return nil
	}
	return n.file.Close()
}

// lost refuses to begin a journal where the note says that there was one.
func (f *file) lost() error {
	if n := f.note.read(); n.Seq > 0 {
		return f.rolledBack(n, "it is gone")
	}
	return nil
}

func (f *file) rolledBack(known Head, how string) error {
	return &Error{ErrRolledBack, f.path, fmt.Sprintf("there was a record %d, and %s: an older copy was put back, or the file %s-wal was lost", known.Seq, how, f.path), beginAnew(f.path), nil}
}

// checkEnd makes sure that the newest record is whole, and that everything is there that was.
func (f *file) checkEnd(ctx context.Context) error {
	noted := f.note.read()
	r, err := scanRecord(f.db.QueryRowContext(ctx, selectNewest))
	switch {
	case errors.Is(err, sql.ErrNoRows):
		r = Record{}
	case err != nil:
		return err
	case r.Sum != r.sum() || r.What == "":
		return &Error{ErrDamaged, f.path, fmt.Sprintf("record %d, the newest, is not as it was written", r.Seq), beginAnew(f.path), nil}
	}
	f.known = noted
	if err := f.still(ctx, f.db, Head{r.Seq, r.Sum}); err != nil {
		return err
	}
	if f.known = (Head{r.Seq, r.Sum}); r.Seq == 0 {
		f.known = Head{}
	}
	return nil
}

// still makes sure that the record that was the newest is there, given the one that is the newest now.
func (f *file) still(ctx context.Context, q queryer, newest Head) error {
	known := f.newestKnown()
	if known.Seq == 0 || known == newest {
		return nil
	}
	var sum []byte
	err := q.QueryRowContext(ctx, "SELECT sum FROM record WHERE seq = ?", known.Seq).Scan(&sum)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return f.rolledBack(known, fmt.Sprintf("the last one is %d", newest.Seq))
	case err != nil:
		return err
	case string(sum) != string(known.Sum[:]):
		return f.rolledBack(known, "it is another one now")
	}
	return nil
}

func (f *file) newestKnown() Head {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.known
}
