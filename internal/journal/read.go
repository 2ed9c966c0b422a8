//go:build !tenantry.lambda

package journal

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/tenantry/tenantry/internal/plan"
)

const (
	columns      = "SELECT seq, at, content, prev, sum FROM record"
	selectNewest = columns + " ORDER BY seq DESC LIMIT 1"
	selectPause  = columns + " WHERE what IN ('paused', 'resumed') ORDER BY seq DESC LIMIT 1"
	selectPeople = `SELECT namespace, count(DISTINCT coalesce(person, object)) FROM record
		WHERE what = 'done' AND code IS NULL AND kind IN ('register', 'add-member') AND coalesce(content ->> '$.group', '') <> 'custodians' AND at >= ? GROUP BY namespace`
	selectCreated = "SELECT count(DISTINCT namespace) FROM record WHERE what = 'done' AND code IS NULL AND kind = 'create-namespace' AND at >= ?"
	selectLost    = "SELECT DISTINCT namespace, object FROM record WHERE what IN ('done', 'intended') AND kind IN ('remove-member', 'remove-registration') AND code IS NOT 'sign-in-role-replaced' AND at >= ? ORDER BY 1, 2"
)

// scanRecord reads a row. A content that is no entry leaves What empty.
func scanRecord(row interface{ Scan(...any) error }) (Record, error) {
	var (
		r         Record
		micros    int64
		prev, sum []byte
	)
	if err := row.Scan(&r.Seq, &micros, &r.content, &prev, &sum); err != nil {
		return Record{}, err
	}
	r.Time = time.UnixMicro(micros).UTC()
	copy(r.Prev[:], prev)
	copy(r.Sum[:], sum)
	if err := json.Unmarshal(r.content, &r.Entry); err != nil {
		r.Entry = plan.Entry{}
	}
	return r, nil
}

func (f *file) paused(ctx context.Context) (Record, error) {
	if err := f.inPlace(); err != nil {
		return Record{}, err
	}
	r, err := scanRecord(f.newestPause.QueryRowContext(ctx))
	if errors.Is(err, sql.ErrNoRows) {
		return Record{}, nil
	}
	return r, f.explain(err)
}

func (f *file) gains(ctx context.Context, since time.Time) (map[string]int, int, error) {
	people, namespaces := map[string]int{}, 0
	if err := f.db.QueryRowContext(ctx, selectCreated, since.UnixMicro()).Scan(&namespaces); err != nil {
		return nil, 0, f.explain(err)
	}
	rows, err := f.db.QueryContext(ctx, selectPeople, since.UnixMicro())
	if err != nil {
		return nil, 0, f.explain(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name sql.NullString
		var n int
		if err := rows.Scan(&name, &n); err != nil {
			return nil, 0, f.explain(err)
		}
		people[name.String] = n
	}
	return people, namespaces, f.explain(rows.Err())
}

func (f *file) losses(ctx context.Context, since time.Time) (map[string][]string, error) {
	rows, err := f.db.QueryContext(ctx, selectLost, since.UnixMicro())
	if err != nil {
		return nil, f.explain(err)
	}
	defer rows.Close()
	users := map[string][]string{}
	for rows.Next() {
		var name, user sql.NullString
		if err := rows.Scan(&name, &user); err != nil {
			return nil, f.explain(err)
		}
		users[name.String] = append(users[name.String], user.String)
	}
	return users, f.explain(rows.Err())
}

// scan reads one state of the database, whatever is recorded meanwhile.
func (f *file) scan(ctx context.Context, filter Filter, each func(Record) bool) error {
	where, args := filter.sql()
	rows, err := f.db.QueryContext(ctx, columns+where+" ORDER BY seq", args...)
	if err != nil {
		return f.explain(err)
	}
	defer rows.Close()
	for rows.Next() {
		r, err := scanRecord(rows)
		if err != nil {
			return f.explain(err)
		}
		if !each(r) {
			return nil
		}
	}
	return f.explain(rows.Err())
}

// sql is a condition for what the filter wants, and perhaps for more: wants has the last word.
func (f Filter) sql() (where string, args []any) {
	var all []string
	if f.Person != "" {
		all = append(all, "(person = ? OR object = ? OR object LIKE '%/' || ?)")
		args = append(args, f.Person, f.Person, f.Person)
	}
	if f.Namespace != "" {
		all = append(all, "namespace = ?")
		args = append(args, f.Namespace)
	}
	if !f.Since.IsZero() {
		all = append(all, "at >= ?")
		args = append(args, f.Since.UnixMicro())
	}
	if f.What != nil {
		all = append(all, "what IN (''"+strings.Repeat(", ?", len(f.What))+")")
		for _, what := range f.What {
			args = append(args, string(what))
		}
	}
	if len(all) == 0 {
		return "", nil
	}
	return " WHERE " + strings.Join(all, " AND "), args
}

// before answers nothing for the oldest: it stands on the seal.
func (f *file) before(context.Context) (oldest, newest Head, err error) {
	newest = f.newestKnown()
	if n := f.note.read(); n.Seq > newest.Seq {
		newest = n
	}
	return Head{}, newest, f.inPlace()
}

// check asks SQLite for the state of its pages and indexes.
func (f *file) check(ctx context.Context) (string, error) {
	var found string
	if err := f.db.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&found); err != nil {
		return "", f.explain(err)
	}
	if found == "ok" {
		return "", nil
	}
	return "the database is damaged: " + found, nil
}
