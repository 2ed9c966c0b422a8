package tenancy

import (
	"cmp"
	"slices"
	"strings"
)

// Catalogue is every asset of a Region, or of several, each once; and what of it could not be read. An asset that is in
// neither list was not there.
type Catalogue struct {
	Assets []Asset  // sorted by AssetRef
	Unread []Unread // sorted by AssetRef
}

// Unread is an asset that could not be read, or a whole kind of assets in a Region that could not be listed.
type Unread struct {
	AssetRef        // without an ID where it is the whole kind
	Name     string // "" where it is the whole kind
	Why      string // the error
}

// Whole reports whether it is all assets of the kind in the Region, however many there are.
func (u Unread) Whole() bool { return u.ID == "" }

// Add adds what another catalogue has, of another Region.
func (c *Catalogue) Add(more Catalogue) {
	c.Assets, c.Unread = append(c.Assets, more.Assets...), append(c.Unread, more.Unread...)
}

// Sort puts both lists in order.
func (c *Catalogue) Sort() {
	slices.SortFunc(c.Assets, func(a, b Asset) int { return a.Compare(b.AssetRef) })
	slices.SortFunc(c.Unread, func(a, b Unread) int {
		return cmp.Or(a.Compare(b.AssetRef), strings.Compare(a.Why, b.Why))
	})
}
