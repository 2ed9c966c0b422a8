package quicksight

import (
	"iter"
	"strings"
)

// foldedTypes are the ResourceTypes of what has names of a kind.
var foldedTypes = map[string]string{"namespace": namespaceType, "group": groupType, "user": userType}

// folded says that a new name of a kind is taken, where the world tells case not apart and one of those that are there
// differs only by case. The words are assumed.
func folded[V any](c *call, kind, name string, there iter.Seq2[string, V]) error {
	if !c.w.Behaviour().Folds(kind) {
		return nil
	}
	for other := range there {
		if other != name && strings.EqualFold(other, name) {
			return exists(foldedTypes[kind], "%s already exists", other)
		}
	}
	return nil
}
