//go:build !tenantry.lambda

package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"time"
)

const (
	applicationID = 0x746e7472 // "tntr": what file(1) and SQLite know the file by
	schemaVersion = 1
)

// schema is the whole database. What is looked for by is generated from the content that is summed, and
// so cannot say anything else. The triggers are against accidents, not against whoever has the file.
const schema = `
CREATE TABLE seal (
	one INTEGER PRIMARY KEY CHECK (one = 1),
	account TEXT NOT NULL, store TEXT NOT NULL, born INTEGER NOT NULL, id TEXT NOT NULL
) STRICT;
CREATE TABLE record (
	seq INTEGER PRIMARY KEY CHECK (seq > 0),
	at INTEGER NOT NULL,
	content TEXT NOT NULL,
	prev BLOB NOT NULL CHECK (length(prev) = 32),
	sum BLOB NOT NULL CHECK (length(sum) = 32),
	what TEXT AS (content ->> '$.what') VIRTUAL,
	kind TEXT AS (content ->> '$.kind') VIRTUAL,
	namespace TEXT AS (content ->> '$.namespace') VIRTUAL,
	person TEXT AS (content ->> '$.person') VIRTUAL,
	object TEXT AS (content ->> '$.object') VIRTUAL,
	code TEXT AS (content ->> '$.code') VIRTUAL
) STRICT;
CREATE INDEX record_at ON record (at);
CREATE INDEX record_person ON record (person) WHERE person IS NOT NULL;
CREATE INDEX record_namespace ON record (namespace) WHERE namespace IS NOT NULL;
CREATE INDEX record_gains ON record (at, kind, namespace, person, object) WHERE what = 'done' AND code IS NULL;
CREATE INDEX record_pause ON record (seq) WHERE what IN ('paused', 'resumed');
CREATE TRIGGER record_stays BEFORE UPDATE ON record BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
CREATE TRIGGER record_is_kept BEFORE DELETE ON record BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
CREATE TRIGGER seal_stays BEFORE UPDATE ON seal BEGIN SELECT RAISE(ABORT, 'a journal has one owner'); END;
CREATE TRIGGER seal_is_kept BEFORE DELETE ON seal BEGIN SELECT RAISE(ABORT, 'a journal has one owner'); END;
`

// queryer is a database or a transaction in it.
type queryer interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// prepare makes sure that the database is a journal of ours, and makes one of an empty file.
func (f *file) prepare(ctx context.Context, spec Spec) error {
	fresh, err := f.identifyNow(ctx)
	if err != nil {
		return err
	}
	if fresh && spec.Reading {
		return fs.ErrNotExist
	}
	if fresh {
		if err := f.found(ctx, spec); err != nil {
			return err
		}
	}
	if err := f.readSeal(ctx); err != nil {
		return err
	}
	if f.seal.Account != spec.Account || f.seal.Store != spec.Store {
		return &Error{ErrForeign, f.path,
			fmt.Sprintf("it is the history of account %s with identity store %s, and the configuration is about %s with %s", f.seal.Account, f.seal.Store, spec.Account, spec.Store),
			"give each configuration a journal of its own, with the key journal: sqlite:PATH", nil}
	}
	return nil
}

// identifyNow identifies the database as it is at one moment: another process may be making it.
func (f *file) identifyNow(ctx context.Context) (fresh bool, err error) {
	tx, err := f.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return false, err
	}
	defer tx.Rollback()
	return f.identify(ctx, tx)
}

// identify says whether the database is still empty. It is an error when it is anything but a journal.
func (f *file) identify(ctx context.Context, q queryer) (fresh bool, err error) {
	var application, version, things int
	// The table is asked first: a read transaction begins with the first table that it reads.
	for _, ask := range []struct {
		query string
		into  *int
	}{{"SELECT count(*) FROM sqlite_schema", &things}, {"PRAGMA application_id", &application}, {"PRAGMA user_version", &version}} {
		if err := q.QueryRowContext(ctx, ask.query).Scan(ask.into); err != nil {
			return false, err
		}
	}
	switch {
	case application == 0 && version == 0 && things == 0:
		return true, nil
	case application != applicationID:
		return false, &Error{ErrNotJournal, f.path, "it is the database of another program", "name another file with the configuration's key journal: sqlite:PATH", nil}
	case version > schemaVersion:
		return false, &Error{ErrNewer, f.path, fmt.Sprintf("a newer tenantry wrote it (version %d, and this one knows %d)", version, schemaVersion),
			"use that tenantry; or name another file with the configuration's key journal: sqlite:PATH", nil}
	case version < schemaVersion:
		return false, &Error{ErrDamaged, f.path, fmt.Sprintf("it says that it is of version %d, which there never was", version), beginAnew(f.path), nil}
	}
	return false, nil
}

// found makes a journal of an empty database. Several processes may do so at once: the first does it.
func (f *file) found(ctx context.Context, spec Spec) error {
	if err := f.toWAL(ctx); err != nil {
		return err
	}
	tx, err := f.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if fresh, err := f.identify(ctx, tx); err != nil || !fresh {
		return err
	}
	s := newSeal(spec)
	if _, err := tx.ExecContext(ctx, schema); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "INSERT INTO seal VALUES (1, ?, ?, ?, ?)", string(s.Account), string(s.Store), s.Micros, s.ID); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d", applicationID, schemaVersion)); err != nil {
		return err
	}
	return tx.Commit()
}

// toWAL turns the write-ahead log on: readers and the writer do not wait for each other, and a torn
// write is behind the last whole transaction. The file remembers it. SQLite does not wait for the lock
// that this takes, so it is tried for as long as for any other.
func (f *file) toWAL(ctx context.Context) error {
	var err error
	for begun := time.Now(); time.Since(begun) < 5*time.Second; time.Sleep(5 * time.Millisecond) {
		var mode string
		err = f.db.QueryRowContext(ctx, "PRAGMA journal_mode = WAL").Scan(&mode)
		if err == nil || ctx.Err() != nil {
			return errors.Join(err, ctx.Err())
		}
	}
	return err
}

func (f *file) readSeal(ctx context.Context) error {
	s := &f.seal
	err := f.db.QueryRowContext(ctx, "SELECT account, store, born, id FROM seal").Scan(&s.Account, &s.Store, &s.Micros, &s.ID)
	if errors.Is(err, sql.ErrNoRows) {
		return &Error{ErrDamaged, f.path, "it does not say whose it is", beginAnew(f.path), nil}
	}
	return err
}
