//go:build !tenantry.lambda

package journal

import (
	"context"
	"database/sql"
	"errors"
)

const insertRecord = "INSERT INTO record (seq, at, content, prev, sum) VALUES (?, ?, ?, ?, ?)"

func (f *file) append(ctx context.Context, chain func(Head) []Record) error {
	f.writing.Lock()
	defer f.writing.Unlock()
	if err := f.inPlace(); err != nil {
		return err
	}
	newest, err := f.appendOne(ctx, chain)
	if err != nil {
		return f.explain(err)
	}
	f.mu.Lock()
	f.known = newest
	f.mu.Unlock()
	f.note.write(newest)
	return nil
}

// appendOne is one transaction. It has the write lock from its beginning (see dsn).
func (f *file) appendOne(ctx context.Context, chain func(Head) []Record) (newest Head, err error) {
	tx, err := f.db.BeginTx(ctx, nil)
	if err != nil {
		return Head{}, err
	}
	defer tx.Rollback()
	newest, err = f.newest(ctx, tx)
	if err != nil {
		return Head{}, err
	}
	insert, err := tx.PrepareContext(ctx, insertRecord)
	if err != nil {
		return Head{}, err
	}
	defer insert.Close()
	for _, r := range chain(newest) {
		if _, err := insert.ExecContext(ctx, r.Seq, r.Time.UnixMicro(), string(r.content), r.Prev[:], r.Sum[:]); err != nil {
			return Head{}, err
		}
		newest = Head{r.Seq, r.Sum}
	}
	return newest, tx.Commit()
}

// newest is the end of the chain, once it is sure that it has not gone back.
func (f *file) newest(ctx context.Context, tx *sql.Tx) (Head, error) {
	newest := f.seal.root()
	var sum []byte
	err := tx.QueryRowContext(ctx, "SELECT seq, sum FROM record ORDER BY seq DESC LIMIT 1").Scan(&newest.Seq, &sum)
	switch {
	case err == nil:
		copy(newest.Sum[:], sum)
	case !errors.Is(err, sql.ErrNoRows):
		return Head{}, err
	}
	return newest, f.still(ctx, tx, newest)
}
