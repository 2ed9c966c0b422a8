package awsapi

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// TestRestartForgets drops what was read before a list was begun anew: it may be gone meanwhile.
func TestRestartForgets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		get := func(_ context.Context, token *string) (page[string], error) {
			n++
			switch n {
			case 1:
				return page[string]{[]string{"gone", "stays"}, aws.String("a")}, nil
			case 2:
				return page[string]{[]string{"gone too"}, aws.String("a")}, nil
			}
			if token != nil {
				t.Errorf("call %d goes on at %s", n, *token)
			}
			return page[string]{[]string{"stays"}, nil}, nil
		}
		got, err := collect(t.Context(), get, func(s string) (string, bool) { return s, true })
		if err != nil || !slices.Equal(got, []string{"stays"}) {
			t.Errorf("%v, %v", got, err)
		}
	})
}

// TestF41NeverShorter ends in an error, and no rows, when a list cannot be read to its end.
func TestF41NeverShorter(t *testing.T) {
	boom := errors.New("boom")
	for name, next := range map[string]func(n int) (*string, error){
		"the same token for ever": func(int) (*string, error) { return aws.String("a"), nil },
		"two tokens in turn":      func(n int) (*string, error) { return aws.String(strconv.Itoa(n % 2)), nil },
		"always another token":    func(n int) (*string, error) { return aws.String(strconv.Itoa(n)), nil },
		"an error part-way": func(n int) (*string, error) {
			if n > 2 {
				return nil, boom
			}
			return aws.String(strconv.Itoa(n)), nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := 0
				get := func(context.Context, *string) (page[int], error) {
					n++
					token, err := next(n)
					return page[int]{[]int{n}, token}, err
				}
				got, err := collect(t.Context(), get, func(i int) (int, bool) { return i, true })
				if err == nil || got != nil {
					t.Errorf("%d rows, %v", len(got), err)
				}
				if n > maxPages {
					t.Errorf("%d pages were read", n)
				}
			})
		})
	}
}
