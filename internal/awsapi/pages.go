package awsapi

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"slices"
	"time"
)

// page is one page of a list: its rows, and the token of the next one, nil or "" on the last.
type page[T any] struct {
	rows []T
	next *string
}

const (
	pageSize    = 100    // rows a page, everywhere but in IAM
	maxPages    = 10_000 // a list of a million rows: more than any quota
	maxRestarts = 3
)

// rows are a page's, each made into another.
func rows[T, R any](p page[T], of func(T) R) page[R] {
	made := page[R]{next: p.next}
	for _, row := range p.rows {
		made.rows = append(made.rows, of(row))
	}
	return made
}

// fetch reads one page.
type fetch[T any] func(ctx context.Context, token *string) (page[T], error)

// errRepeated says that AWS gave a token for the second time.
var errRepeated = errors.New("a page token came twice")

// walk reads a list to its end, page by page. each is given the rows of every page, and ends the
// walk by answering false. When the list has to be begun anew, restart is called first; rows are
// then given again. An error means that the list is not complete, whatever was given.
func walk[T any](ctx context.Context, get fetch[T], restart func(), each func([]T) bool) error {
	for try := 1; ; try++ {
		err := walkOnce(ctx, get, each)
		if err == nil || !restartable(err) || try > maxRestarts {
			return err
		}
		if err := sleep(ctx, time.Duration(try)*time.Second); err != nil {
			return err
		}
		restart()
	}
}

// partError is an error behind the first page of a list.
type partError struct {
	page int
	err  error
}

func (e *partError) Error() string { return fmt.Sprintf("page %d: %v", e.page, e.err) }
func (e *partError) Unwrap() error { return e.err }

// restartable reports whether beginning the list anew may help: part-way, when a token repeats or is
// no longer taken, or when there was no clear answer, in spite of the retries.
func restartable(err error) bool {
	if _, partWay := errors.AsType[*partError](err); !partWay {
		return false
	}
	return errors.Is(err, errRepeated) || isStaleToken(err) || isAmbiguous(err)
}

var tokenSeed = maphash.MakeSeed()

func walkOnce[T any](ctx context.Context, get fetch[T], each func([]T) bool) error {
	seen := make(map[uint64]struct{})
	var token *string
	for n := 1; n <= maxPages; n++ {
		p, err := get(ctx, token)
		if err != nil && n > 1 {
			return &partError{n, err}
		}
		if err != nil {
			return err
		}
		if !each(p.rows) || p.next == nil || *p.next == "" {
			return nil
		}
		sum := maphash.String(tokenSeed, *p.next)
		if _, twice := seen[sum]; twice {
			return &partError{n, errRepeated}
		}
		seen[sum] = struct{}{}
		token = p.next
	}
	return fmt.Errorf("the list does not end: gave up after %d pages", maxPages)
}

// collect reads a whole list, made of each row by convert, which may leave rows out.
func collect[T, R any](ctx context.Context, get fetch[T], convert func(T) (R, bool)) ([]R, error) {
	var all []R
	err := walk(ctx, get, func() { all = all[:0] }, func(rows []T) bool {
		all = slices.Grow(all, len(rows)) // most lists have one page, and few rows are left out
		for _, row := range rows {
			if r, ok := convert(row); ok {
				all = append(all, r)
			}
		}
		return true
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}
