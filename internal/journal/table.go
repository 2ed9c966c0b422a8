package journal

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"time"

	"github.com/tenantry/tenantry/internal/plan"
)

// Table is where rows are kept that several machines share: a table of DynamoDB, as package awsapi has it. Its rows are in
// partitions; what is read is never older than what anybody has been told is written.
type Table interface {
	// ID tells the table from others that have, had or will have its name: one that was made anew, or brought back from
	// a backup, is another. It is an error where the table is not there, or not of the right shape.
	ID(ctx context.Context) (string, error)
	// Get answers a row, the zero Row where there is none.
	Get(ctx context.Context, partition, key string) (plan.Row, error)
	// Query answers the rows whose keys are from one to another, both included, in their order or the newest first: as
	// many as one answer has room for, and no more than a limit, 0 for none. more says that there may be others.
	Query(ctx context.Context, partition string, r Range) (rows []plan.Row, more bool, err error)
	// Commit puts head in the place of was, and adds rows, all or none. It has lost, which is no error and changes
	// nothing, when the row is not there as was says, or another added one is there already; the zero Row is for a
	// row that must not be there. After an error it may have happened, and it may still happen.
	Commit(ctx context.Context, partition string, was, head plan.Row, added []plan.Row) (won bool, err error)
}

// Range says which rows of a partition are meant.
type Range = plan.RowRange

// tableVersion is that of the rows' form.
const tableVersion = 1

// table is a journal in a table. One row, the head, says whose journal it is, which record is the newest, and which one
// began or ended a pause last. The others are pages of records, each under the number of its first record. A page is
// never changed, and the head moves in the transaction that adds pages: so two writers who have read one head cannot
// both win, and the one who has lost reads again and chains anew.
type table struct {
	rows      Table
	name      string // as the configuration has it: dynamodb:TABLE
	partition string
	seal      seal
	since     time.Time // when it began in this very table

	writing turn
	mu      sync.Mutex
	known   plan.Row // the newest head that is known to go on from all those before it
	seen    plan.Row // the newest head that was read

	counting turn
	counts   *tally // nil until somebody asks
	counted  Head   // what counts has come to
}

// headBody is the body of the head.
type headBody struct {
	Version int  `json:"version"`
	Seal    seal `json:"seal"`
	// Table is the ID of the table that the journal is in, and Since when it began to be there, in microseconds since
	// 1970.
	Table string `json:"table"`
	Since int64  `json:"since"`
	// Pause is the newest record that begins or ends a pause.
	Pause *stored `json:"pause,omitempty"`
}

func openTable(ctx context.Context, spec Spec) (*Journal, error) {
	if spec.Table == nil {
		return nil, fmt.Errorf("open the journal: %s: nothing reaches the table", spec.Place)
	}
	t := &table{
		rows: spec.Table, name: spec.Place, writing: newTurn(), counting: newTurn(),
		partition: fmt.Sprintf("%s/%s", spec.Account, spec.Store),
	}
	if err := t.open(ctx, spec); err != nil {
		return nil, fmt.Errorf("open the journal: %w", err)
	}
	return &Journal{store: t, seal: t.seal, born: t.since}, nil
}

// open finds the journal, and begins it where there is none. To be read, a table is only read.
func (t *table) open(ctx context.Context, spec Spec) error {
	id, err := t.rows.ID(ctx)
	if err != nil {
		return err
	}
	head, err := t.rows.Get(ctx, t.partition, headKey)
	if err == nil && head.Key == "" {
		if spec.Reading {
			return fs.ErrNotExist
		}
		head, err = t.found(ctx, spec, id)
	}
	if err != nil {
		return err
	}
	body, err := t.read(head)
	if err != nil {
		return err
	}
	if err := t.ours(body.Seal, spec); err != nil {
		return err
	}
	t.seal, t.known = body.Seal, head
	if err := t.checkEnd(ctx); err != nil {
		return err
	}
	switch {
	case body.Table == id:
	case spec.Reading: // whoever writes notes it; until then it begins now for everybody
		body.Since = time.Now().UnixMicro()
	default:
		body, err = t.moveIn(ctx, id)
	}
	t.since = time.UnixMicro(body.Since).UTC()
	return err
}

// found begins a journal. Several may do so at once: the first does it.
func (t *table) found(ctx context.Context, spec Spec, id string) (plan.Row, error) {
	s := newSeal(spec)
	root := s.root()
	head := plan.Row{Key: headKey, Sum: root.Sum[:], At: s.Micros, Body: headBody{tableVersion, s, id, s.Micros, nil}.json()}
	_, committed := t.rows.Commit(ctx, t.partition, plan.Row{}, head, nil)
	have, err := t.rows.Get(ctx, t.partition, headKey)
	if err == nil && have.Key == "" {
		return plan.Row{}, errors.Join(errors.New("the journal is not begun"), committed)
	}
	return have, err
}

// moveIn notes that the journal is in another table than it was: one that was brought back from a backup, or filled from
// another. It may lack what was done since, so that it counts as one that begins now (see Born).
func (t *table) moveIn(ctx context.Context, id string) (headBody, error) {
	for wait := newPatience(); ; {
		was := t.newestKnown()
		body, err := t.read(was)
		if err != nil || body.Table == id {
			return body, err
		}
		body.Table, body.Since = id, time.Now().UnixMicro()
		head := was
		head.Body = body.json()
		won, err := t.rows.Commit(ctx, t.partition, was, head, nil)
		if won {
			t.learn(head)
			return body, nil
		}
		if err == nil {
			err = wait.more(ctx, t.name)
		}
		if err == nil {
			_, _, err = t.settle(ctx, was, plan.Row{})
		}
		if err != nil {
			return body, err
		}
	}
}

// read is what a head says.
func (t *table) read(head plan.Row) (headBody, error) {
	var body headBody
	err := json.Unmarshal(head.Body, &body)
	switch {
	case err != nil || body.Version < 1 || len(head.Sum) != len(Sum{}):
		return body, t.damaged("it does not say whose it is")
	case body.Version > tableVersion:
		return body, &Error{ErrNewer, t.name, fmt.Sprintf("a newer tenantry wrote it (version %d, and this one knows %d)", body.Version, tableVersion),
			"use that tenantry; or name another table with the configuration's key journal: dynamodb:TABLE", nil}
	}
	return body, nil
}

func (b headBody) json() []byte {
	data, err := json.Marshal(b)
	if err != nil {
		panic("journal: head: " + err.Error()) // strings, numbers, and what was JSON before
	}
	return data
}

// ours makes sure that the seal is that of the configuration. Each account and identity store has a partition of its own,
// so another one's seal was put there by hand.
func (t *table) ours(s seal, spec Spec) error {
	if s.Account == spec.Account && s.Store == spec.Store {
		return nil
	}
	return &Error{ErrForeign, t.name,
		fmt.Sprintf("it is the history of account %s with identity store %s, and the configuration is about %s with %s", s.Account, s.Store, spec.Account, spec.Store),
		"give the configuration another table, with the key journal: dynamodb:TABLE", nil}
}

// checkEnd makes sure that the newest page is there, as the head says.
func (t *table) checkEnd(ctx context.Context) error {
	head := t.newestKnown()
	if head.Seq == 0 {
		if root := t.seal.root(); !bytes.Equal(head.Sum, root.Sum[:]) {
			return t.damaged("it does not stand on its seal")
		}
		return nil
	}
	pages, _, err := t.query(ctx, Range{From: pageKey(1), To: pageKey(head.Seq), NewestFirst: true, Limit: 1})
	if err != nil {
		return err
	}
	if len(pages) == 0 || headOf(pages[0].row) != headOf(head) {
		return t.damaged(fmt.Sprintf("record %d, the newest, is not there", head.Seq))
	}
	if r := pages[0].records[len(pages[0].records)-1]; r.Sum != r.sum() || r.What == "" || pages[0].end() != headOf(head) {
		return t.damaged(fmt.Sprintf("record %d, the newest, is not as it was written", head.Seq))
	}
	return nil
}

func (t *table) damaged(why string) error {
	return &Error{ErrDamaged, t.name, why, "bring the table back to a point in time when it was whole, under another name, and name it with the configuration's key journal: dynamodb:TABLE; " +
		"or name an empty one, and a new history begins: nothing in AWS depends on the old one", nil}
}

func (t *table) rolledBack(known plan.Row, how string) error {
	return &Error{ErrRolledBack, t.name, fmt.Sprintf("there was a record %d, and %s: somebody has changed the table's rows by hand, or put another in its place", known.Seq, how),
		"start again, when the table is as it should be", nil}
}

func (t *table) newestKnown() plan.Row {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.known
}

// learn takes a head for the newest that is known, unless a newer one is.
func (t *table) learn(head plan.Row) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if head.Seq >= t.known.Seq {
		t.known = head
	}
	if head.Seq >= t.seen.Seq {
		t.seen = head
	}
}

func (t *table) durable() bool { return true }
func (t *table) close() error  { return nil }

// check has nothing to look for: DynamoDB answers for its own pages.
func (t *table) check(ctx context.Context) (string, error) { return "", ctx.Err() }

// before answers the newest record by the head, and nothing for the oldest: it stands on the seal.
func (t *table) before(ctx context.Context) (oldest, newest Head, err error) {
	head, err := t.head(ctx)
	return Head{}, headOf(head), err
}

func headOf(row plan.Row) Head {
	h := Head{Seq: row.Seq}
	copy(h.Sum[:], row.Sum)
	return h
}

// head reads the head. It must not have gone back behind what was known before it was asked for.
func (t *table) head(ctx context.Context) (plan.Row, error) {
	known := t.newestKnown()
	head, err := t.rows.Get(ctx, t.partition, headKey)
	switch {
	case err != nil:
		return plan.Row{}, err
	case head.Key == "":
		return plan.Row{}, t.rolledBack(known, "the journal is gone")
	case head.Seq < known.Seq:
		return plan.Row{}, t.rolledBack(known, fmt.Sprintf("the last one is %d", head.Seq))
	case head.Seq == known.Seq && !bytes.Equal(head.Sum, known.Sum):
		return plan.Row{}, t.rolledBack(known, "it is another one now")
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if head.Seq > t.seen.Seq {
		t.seen = head
	}
	return head, nil
}
