package rules

import (
	"cmp"
	"hash/maphash"
	"slices"
)

// lookup finds values by text. It keeps hashes instead of texts, which makes it small, and so it may
// answer values of another text: whoever asks looks twice, or does not mind.
type lookup[T comparable] []keyed[T]

type keyed[T comparable] struct {
	hash  uint64
	value T
}

var lookupSeed = maphash.MakeSeed()

func hashOf(text string) uint64 { return maphash.String(lookupSeed, text) }

// put adds a value. Once all are in, sort makes them be found.
func (l *lookup[T]) put(text string, value T) {
	*l = append(*l, keyed[T]{hashOf(text), value})
}

func (l lookup[T]) sort() {
	slices.SortStableFunc(l, func(a, b keyed[T]) int { return cmp.Compare(a.hash, b.hash) })
}

// add puts a value where it is found, unless it is there.
func (l *lookup[T]) add(text string, value T) {
	for v := range l.find(text) {
		if v == value {
			return
		}
	}
	hash := hashOf(text)
	*l = slices.Insert(*l, l.at(hash), keyed[T]{hash, value})
}

func (l lookup[T]) at(hash uint64) int {
	at, _ := slices.BinarySearchFunc(l, hash, func(k keyed[T], hash uint64) int { return cmp.Compare(k.hash, hash) })
	return at
}

// find yields the values of a text.
func (l lookup[T]) find(text string) func(yield func(T) bool) {
	hash := hashOf(text)
	return func(yield func(T) bool) {
		for at := l.at(hash); at < len(l) && l[at].hash == hash; at++ {
			if !yield(l[at].value) {
				return
			}
		}
	}
}
